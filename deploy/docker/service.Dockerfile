# One image for the light services and their commands: no torch, no Ray, no compiler in what runs.
# The services that it holds are the extras in the build argument: EXTRAS=teacher,kafka makes an image of the teacher alone.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ARG EXTRAS=services
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python3 -m venv /opt/arf
COPY requirements/lock.txt requirements/lock.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY services services
RUN /opt/arf/bin/python -m pip install --quiet --use-pep517 --constraint requirements/lock.txt ".[${EXTRAS}]" \
 && /opt/arf/bin/python -m pip check \
 && /opt/arf/bin/python -m pip uninstall --quiet --yes pip setuptools \
 && find /opt/arf -name __pycache__ -prune -exec rm -rf {} + \
 && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/arf/lib

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="arf" \
      org.opencontainers.image.description="ARF's services: teacher, analysis, editor, summarizer; and the command arf" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/arf /opt/arf
# A number, so that Kubernetes can see that it is not root; the root file system may be read-only, /tmp must be writable.
USER 10001:10001
WORKDIR /tmp
ENV PATH=/opt/arf/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
ENTRYPOINT ["python", "-m"]
CMD ["arf.cli", "--help"]
