# The page. It speaks HTTP to the service and knows nothing else of the platform.
# Build with the repository's top folder as context.

FROM python:3.11-slim AS packages
ENV PIP_ROOT_USER_ACTION=ignore UV_PYTHON_DOWNLOADS=never
COPY requirements/uv.txt /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/uv.txt
COPY requirements/ui.txt /requirements/
# Bytecode is made here: at run time the file system is read-only.
RUN uv venv /venv \
    && uv pip install --python /venv/bin/python --no-cache --require-hashes --compile-bytecode \
       -r /requirements/ui.txt

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin movies
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STREAMLIT_BROWSER_GATHER_USAGE_STATS=false
WORKDIR /app
COPY docker/health.py /opt/page/
COPY .streamlit ./.streamlit
COPY film_files ./film_files
COPY streamlit_ui ./streamlit_ui
# A checkout may be unreadable for others; the user below must read it, and must not change it.
RUN chmod -R a+rX,go-w /app /opt/page && python -m compileall -q /app
USER 10001:10001
EXPOSE 8501
# Told its address, Streamlit does not ask the Internet for one.
CMD ["streamlit", "run", "streamlit_ui/app.py", "--server.address", "0.0.0.0", "--server.port", "8501", \
     "--browser.serverAddress", "127.0.0.1"]
