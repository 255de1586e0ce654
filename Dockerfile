# One image for all roles; the command chooses: watch, work, sink or desk. --build-arg EXTRAS=traces adds OpenTelemetry.
FROM python:3.13-slim AS build
# What streams/native is compiled with; it stays behind in this stage.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/sada
WORKDIR /src
# Dependencies first, from the declaration alone: a change of code does not download them again.
COPY pyproject.toml README.md LICENSE ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > /tmp/requirements.txt \
 && /opt/sada/bin/pip install --no-cache-dir --requirement /tmp/requirements.txt
COPY . .
ARG EXTRAS=
RUN /opt/sada/bin/pip install --no-cache-dir --no-deps . \
 && if [ -n "$EXTRAS" ]; then /opt/sada/bin/pip install --no-cache-dir ".[$EXTRAS]"; fi

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/sada --create-home sada \
 && mkdir /inbox && chown sada:sada /inbox
COPY --from=build /opt/sada /opt/sada
ENV PATH=/opt/sada/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SADA_INBOX=/inbox \
    SADA_STATE_DIR=/var/lib/sada \
    SADA_LOG_FORMAT=json
USER sada
WORKDIR /var/lib/sada
VOLUME /var/lib/sada
STOPSIGNAL SIGTERM
ENTRYPOINT ["sada"]
CMD ["--help"]
