{{/* The pod of a service in one role. Call with a dict of root, name, service, role. */}}
{{- define "arf.pod" -}}
{{- $v := .root.Values -}}
{{- $service := .service -}}
{{- $part := index .service .role -}}
metadata:
  labels:
    {{- include "arf.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
    arf/role: {{ .role }}
  annotations:
    # Secrets are read again when they change; variables are not.
    checksum/env: {{ list $v.common.env $service.env $service.upstreams $v.kafka $v.auth | toJson | sha256sum | trunc 16 }}
    {{- with $v.common.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "arf.serviceAccount" .root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add $v.common.grace $v.common.drainDelay 10 }}
  securityContext:
    {{- include "arf.podSecurity" .root | nindent 4 }}
  {{- with $v.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $v.common.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $v.common.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.common.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $v.common.topologySpread }}
  topologySpreadConstraints:
    {{- range tuple "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "arf.selector" $.root | nindent 10 }}
          app.kubernetes.io/component: {{ $.name }}
          arf/role: {{ $.role }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "arf.image" .root }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: [arf.{{ .name }}, --role, {{ .role }}]
      securityContext:
        {{- include "arf.containerSecurity" .root | nindent 8 }}
      ports:
        {{- if eq .role "api" }}
        - {name: grpc, containerPort: {{ $service.port }}}
        {{- end }}
        - {name: health, containerPort: 50060}
        - {name: metrics, containerPort: 9464}
      startupProbe:
        grpc: {port: 50060, service: liveness}
        periodSeconds: 2
        failureThreshold: 90
      livenessProbe:
        grpc: {port: 50060, service: liveness}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        grpc: {port: 50060, service: readiness}
        periodSeconds: 3
        timeoutSeconds: 3
      resources:
        {{- toYaml $part.resources | nindent 8 }}
      env:
        {{- include "arf.backboneEnv" .root | nindent 8 }}
        - name: ARF_HOST
          value: 0.0.0.0
        - name: ARF_JWKS_FILE
          value: /etc/arf/jwks/{{ $v.secrets.jwks.key }}
        - name: ARF_GRACE_S
          value: {{ $v.common.grace | quote }}
        - name: ARF_DRAIN_DELAY_S
          value: {{ $v.common.drainDelay | quote }}
        - name: ARF_LOG_LEVEL
          value: {{ $v.common.logLevel }}
        {{- if ne $v.common.traces.exporter "none" }}
        - name: ARF_TRACES
          value: {{ $v.common.traces.exporter }}
        - name: ARF_TRACE_RATIO
          value: {{ $v.common.traces.ratio | quote }}
        - name: OTEL_EXPORTER_OTLP_ENDPOINT
          value: {{ $v.common.traces.endpoint | quote }}
        {{- end }}
        {{- with $v.auth.issuer }}
        - name: ARF_TOKEN_ISSUER
          value: {{ . | quote }}
        {{- end }}
        {{- with $v.auth.audience }}
        - name: ARF_TOKEN_AUDIENCE
          value: {{ . | quote }}
        {{- end }}
        {{- if $v.tls.enabled }}
        - name: ARF_TLS_CERT
          value: /etc/arf/tls/tls.crt
        - name: ARF_TLS_KEY
          value: /etc/arf/tls/tls.key
        - name: ARF_TLS_CLIENT_CA
          value: /etc/arf/tls/ca.crt
        {{- end }}
        {{- if eq .name "teacher" }}
        - name: ARF_TEACHER_UPSTREAMS
          value: {{ empty $service.upstreams | ternary "" ($service.upstreams | toJson) | required "services.teacher.upstreams: at least one" | quote }}
        {{- end }}
        {{- if eq .name "editor" }}
        - name: ARF_EDITOR_ANALYSIS_ADDRESS
          value: "{{ include "arf.name" .root }}-analysis:{{ $v.services.analysis.port }}"
        - name: ARF_EDITOR_ANALYSIS_TOKEN
          value: /etc/arf/peers{{ with $v.secrets.editorToken.key }}/{{ . }}{{ end }}
        {{- if $v.tls.enabled }}
        - name: ARF_EDITOR_ANALYSIS_CA
          value: /etc/arf/tls/ca.crt
        - name: ARF_EDITOR_ANALYSIS_CERT
          value: /etc/arf/tls/tls.crt
        - name: ARF_EDITOR_ANALYSIS_KEY
          value: /etc/arf/tls/tls.key
        {{- end }}
        {{- end }}
        {{- include "arf.env" (list $v.common.env $service.env) | nindent 8 }}
      {{- with $service.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        {{- include "arf.backboneMounts" .root | nindent 8 }}
        - {name: jwks, mountPath: /etc/arf/jwks, readOnly: true}
        {{- if eq .name "editor" }}
        - {name: peers, mountPath: /etc/arf/peers, readOnly: true}
        {{- end }}
        {{- if $v.tls.enabled }}
        - {name: tls, mountPath: /etc/arf/tls, readOnly: true}
        {{- end }}
  volumes:
    {{- include "arf.backboneVolumes" .root | nindent 4 }}
    - name: jwks
      secret:
        secretName: {{ $v.secrets.jwks.name }}
        defaultMode: 0440
        items: [{key: {{ $v.secrets.jwks.key }}, path: {{ $v.secrets.jwks.key }}}]
    {{- if eq .name "editor" }}
    - name: peers
      secret:
        secretName: {{ $v.secrets.editorToken.name }}
        defaultMode: 0440
        {{- with $v.secrets.editorToken.key }}
        items: [{key: {{ . }}, path: {{ . }}}]
        {{- end }}
    {{- end }}
    {{- if $v.tls.enabled }}
    - name: tls
      secret: {secretName: {{ include "arf.name" .root }}-{{ .name }}-tls, defaultMode: 0440}
    {{- end }}
{{- end }}
