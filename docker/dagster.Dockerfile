# Everything of Dagster: the code location with its runs, the webserver and the daemon. Which one: compose.yaml.
# Build with the repository's top folder as context.

FROM python:3.11-slim AS packages
ENV PIP_ROOT_USER_ACTION=ignore UV_PYTHON_DOWNLOADS=never
COPY requirements/uv.txt /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/uv.txt
COPY requirements/platform.txt /requirements/
# Bytecode is made here: at run time the file system is read-only.
# uv itself stays in the image, since BentoML looks for it whenever it packs a Bento.
RUN uv venv /venv \
    && uv pip install --python /venv/bin/python --no-cache --require-hashes --compile-bytecode \
       -r /requirements/platform.txt -r /requirements/uv.txt

FROM python:3.11-slim
# LightGBM is linked against the system's OpenMP, which the slim image leaves out.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin movies \
    && install -d -o movies -g movies /var/lib/movies
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DAGSTER_HOME=/opt/dagster \
    DAGSTER_DISABLE_TELEMETRY=1 \
    BENTOML_DO_NOT_TRACK=True \
    OTEL_SDK_DISABLED=true \
    WANDB_DISABLE_CODE=true \
    WANDB_ERROR_REPORTING=false
WORKDIR /app
COPY bentofile.yaml ./
COPY bento_service ./bento_service
COPY film_files ./film_files
COPY movie_assets ./movie_assets
# The instance is the repository's own dagster.yaml and, after it, what differs in a container.
# A checkout may be unreadable for others; the user below must read it, and must not change it.
COPY dagster.yaml /opt/dagster/dagster.yaml
COPY docker/dagster.yaml /opt/dagster/in-a-container.yaml
COPY docker/workspace.yaml docker/health.py /opt/dagster/
RUN cat /opt/dagster/in-a-container.yaml >> /opt/dagster/dagster.yaml \
    && chmod -R a+rX,go-w /app /opt/dagster \
    && python -m compileall -q /app
USER 10001:10001
