# Two stages: the first installs what uv.lock names, the second holds only what runs.
FROM python:3.13-slim-trixie AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY . .
# Collecting the static files needs no database and no lasting secret: those come at run time.
RUN DEBUG=0 SINGLE_WORKER=1 ORIGINS=http://build.invalid SECRET_KEY=$(head -c 48 /dev/urandom | base64) \
    .venv/bin/python manage.py collectstatic --noinput
# Who runs it may not write: without this each start of a worker would compile the project again.
RUN .venv/bin/python -m compileall -q consumers livedebate rooms

FROM python:3.13-slim-trixie
# For `manage.py backup` and `restore`: as new as the server of the compose file, or newer.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-17 && \
    rm -rf /var/lib/apt/lists/*
RUN useradd --system --no-create-home --uid 10001 livedebate
WORKDIR /app
COPY --from=build --chown=root:root /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DEBUG=0
USER livedebate
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["uvicorn", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--http", "livedebate.servers.uvicorn:Pages", "--ws", "livedebate.servers.uvicorn:Sockets", \
     "--no-access-log", "--no-proxy-headers", \
     "--timeout-graceful-shutdown", "7", "livedebate.asgi:application"]
