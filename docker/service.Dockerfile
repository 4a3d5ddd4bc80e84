# A serving host: Traefik, the release agent and the two slots it keeps, under supervisord, as on a machine without containers.
# The Bento it serves is no part of the image: the agent pulls the one that is wanted from the bucket.
# Build with the repository's top folder as context.

FROM python:3.11-slim AS packages
ENV PIP_ROOT_USER_ACTION=ignore UV_PYTHON_DOWNLOADS=never
COPY requirements/uv.txt /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/uv.txt
COPY requirements/service.txt requirements/agent.txt /requirements/
# Bytecode is made here: at run time the file system is read-only.
RUN uv venv /venv \
    && uv pip install --python /venv/bin/python --no-cache --require-hashes --compile-bytecode \
       -r /requirements/service.txt -r /requirements/agent.txt

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin movies \
    && install -d -o movies -g movies /var/lib/movies
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BENTOML_DO_NOT_TRACK=True \
    OTEL_SDK_DISABLED=true
WORKDIR /app
COPY docker/health.py /opt/serving/
COPY movie_assets ./movie_assets
# A checkout may be unreadable for others; the user below must read it, and must not change it.
RUN chmod -R a+rX,go-w /app /opt/serving && python -m compileall -q /app
USER 10001:10001
EXPOSE 3000
CMD ["python", "-m", "movie_assets.cli", "supervise"]
