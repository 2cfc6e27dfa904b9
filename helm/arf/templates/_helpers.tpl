{{- define "arf.name" -}}
{{- if contains "arf" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-arf" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{- define "arf.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "arf.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "arf.name" .) }}
{{- end }}

{{/* Labels that never change: selectors are made of them. */}}
{{- define "arf.selector" -}}
app.kubernetes.io/name: arf
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "arf.labels" -}}
{{ include "arf.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* What the "restricted" level of pod security asks for, and no more. */}}
{{- define "arf.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "arf.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Variables that name the bus, the database and the keys: everything that opens them gets these. */}}
{{- define "arf.backboneEnv" -}}
{{- $v := .Values -}}
- name: ARF_BUS
  value: {{ printf "kafka:%s" (required "kafka.brokers: HOST:PORT of the brokers" $v.kafka.brokers) | quote }}
- name: ARF_BUS_PARTITIONS
  value: {{ $v.kafka.partitions | quote }}
- name: ARF_BUS_RETENTION_DAYS
  value: {{ $v.kafka.retentionDays | quote }}
- name: ARF_KAFKA_SECURITY_PROTOCOL
  value: {{ $v.kafka.securityProtocol | quote }}
{{- if contains "SASL" $v.kafka.securityProtocol }}
- name: ARF_KAFKA_SASL_MECHANISM
  value: {{ $v.kafka.sasl.mechanism | quote }}
- name: ARF_KAFKA_SASL_USERNAME
  value: {{ required "kafka.sasl.username: with SASL" $v.kafka.sasl.username | quote }}
- name: ARF_KAFKA_SASL_PASSWORD_FILE
  value: /etc/arf/kafka-password/{{ $v.kafka.sasl.passwordSecret.key }}
{{- end }}
{{- if $v.kafka.tls.caSecret.name }}
- name: ARF_KAFKA_SSL_CA
  value: /etc/arf/kafka-ca/{{ $v.kafka.tls.caSecret.key }}
{{- end }}
{{- if $v.kafka.tls.clientSecret }}
- name: ARF_KAFKA_SSL_CERT
  value: /etc/arf/kafka-client/tls.crt
- name: ARF_KAFKA_SSL_KEY
  value: /etc/arf/kafka-client/tls.key
{{- end }}
- name: ARF_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ $v.secrets.database.name }}, key: {{ $v.secrets.database.key }}}}
- name: ARF_MASTER_KEY_FILE
  value: /etc/arf/master-key/{{ $v.secrets.masterKey.key }}
{{- end }}

{{- define "arf.backboneMounts" -}}
{{- $v := .Values -}}
- {name: tmp, mountPath: /tmp}
- {name: master-key, mountPath: /etc/arf/master-key, readOnly: true}
{{- if contains "SASL" $v.kafka.securityProtocol }}
- {name: kafka-password, mountPath: /etc/arf/kafka-password, readOnly: true}
{{- end }}
{{- if $v.kafka.tls.caSecret.name }}
- {name: kafka-ca, mountPath: /etc/arf/kafka-ca, readOnly: true}
{{- end }}
{{- if $v.kafka.tls.clientSecret }}
- {name: kafka-client, mountPath: /etc/arf/kafka-client, readOnly: true}
{{- end }}
{{- end }}

{{- define "arf.backboneVolumes" -}}
{{- $v := .Values -}}
- name: tmp
  emptyDir: {sizeLimit: 2Gi}
- name: master-key
  secret: {secretName: {{ $v.secrets.masterKey.name }}, defaultMode: 0440}
{{- if contains "SASL" $v.kafka.securityProtocol }}
- name: kafka-password
  secret: {secretName: {{ required "kafka.sasl.passwordSecret.name: with SASL" $v.kafka.sasl.passwordSecret.name }}, defaultMode: 0440}
{{- end }}
{{- if $v.kafka.tls.caSecret.name }}
- name: kafka-ca
  secret: {secretName: {{ $v.kafka.tls.caSecret.name }}, defaultMode: 0440}
{{- end }}
{{- if $v.kafka.tls.clientSecret }}
- name: kafka-client
  secret: {secretName: {{ $v.kafka.tls.clientSecret }}, defaultMode: 0440}
{{- end }}
{{- end }}

{{/* Variables from a map, and none twice: a later map overrides an earlier one. Call with a list of maps. */}}
{{- define "arf.env" -}}
{{- $all := dict -}}
{{- range . }}{{ $all = mergeOverwrite $all (. | default dict) }}{{ end -}}
{{- range $name, $value := $all }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* One egress rule to the ports of a value like kafka.egress; nothing where it has no ports. */}}
{{- define "arf.egress" -}}
{{- if .ports }}
- ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- $to := list }}
  {{- range .cidrs }}{{ $to = append $to (dict "ipBlock" (dict "cidr" .)) }}{{ end }}
  {{- if or .podSelector .namespaceSelector }}
  {{- $peer := dict }}
  {{- if .podSelector }}{{ $_ := set $peer "podSelector" .podSelector }}{{ end }}
  {{- if .namespaceSelector }}{{ $_ := set $peer "namespaceSelector" .namespaceSelector }}{{ end }}
  {{- $to = append $to $peer }}
  {{- end }}
  {{- if $to }}
  to:
    {{- toYaml $to | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
