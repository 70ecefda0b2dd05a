# What serves, or with `--build-arg ENVIRONMENT=training` the same with what data staff need: the name of a lock file.
ARG ENVIRONMENT=serve
# `--build-arg BASE=…` takes another image instead of the locked one: docs/operating.md.
ARG BASE=locked

# Written out, because what looks for updates does not read arguments.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS locked

FROM ${BASE} AS builder
ARG ENVIRONMENT
WORKDIR /build
COPY requirements/${ENVIRONMENT}.txt requirements/build.txt requirements/
# Two environments: the build tools stay here, and only the second one goes on to the final image.
RUN python -m venv /opt/build \
    && python -m venv --without-pip /opt/platform-fit \
    && /opt/build/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/build.txt \
    && /opt/build/bin/pip --python /opt/platform-fit/bin/python install --no-cache-dir --no-deps --require-hashes \
        -r "requirements/${ENVIRONMENT}.txt"
COPY pyproject.toml openapi.yaml LICENSE ./
COPY model model
COPY service service
COPY training training
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/build/bin/pip --python /opt/platform-fit/bin/python install --no-cache-dir --no-deps dist/*.whl

FROM ${BASE}
# A number for the user, because Kubernetes cannot see whether a name is root.
RUN groupadd --gid 10001 platform-fit \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin platform-fit \
    && install --directory --mode 0700 --owner 10001 --group 10001 /data
COPY --from=builder /opt/platform-fit /opt/platform-fit
ENV PATH="/opt/platform-fit/bin:$PATH" \
    PLATFORM_FIT_DATA=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; \
         r.urlopen('http://127.0.0.1:' + os.environ.get('PLATFORM_FIT_PORT', '8000') + '/livez', timeout=2)"]
CMD ["platform-fit", "serve", "--host", "0.0.0.0"]
