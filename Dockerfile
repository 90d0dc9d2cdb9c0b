# The served mode as one image: web, worker, beat and migrate differ by their command alone.

# --- 1: what browsers load, from npm, by the lock ---------------------------------------------
FROM node:22-bookworm-slim AS npm
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The icon package ships every drawing twice; we read icons/, the copies by category may go.
# Of the font two weights are printed.
RUN npm ci && rm -rf node_modules/@tabler/icons/categories \
    && cd node_modules/@expo-google-fonts/noto-sans-sc && rm -rf 100* 200* 300* 500* 600* 800* 900*

# --- 2: Python packages, by the lock and its hashes -------------------------------------------
FROM python:3.12-slim-bookworm AS venv
COPY requirements/run.txt /run.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /run.txt

# --- 3: what runs -----------------------------------------------------------------------------
FROM python:3.12-slim-bookworm
# What WeasyPrint draws PDFs with.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 procstd \
    && useradd --uid 10001 --gid procstd --no-create-home --home-dir /tmp --shell /usr/sbin/nologin procstd
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PROCSTD_VAR_DIR=/data
WORKDIR /app
COPY --from=venv /venv /venv
COPY --from=npm /app/node_modules node_modules
COPY . .
# Messages, icons and statics are made here, so that a fault in them fails the build and not the
# start. Messages stay in /app. Statics are in the data folder: a new volume is filled from here,
# and `prepare`, the compose service "migrate", adds those of a newer image to an older volume.
# Their names carry a hash, so both versions find theirs while one replaces the other. It reads
# node_modules for that; nothing else does.
# The mode and the key are for this one step: with the served mode the image would need a database.
RUN PROCSTD_MODE=embedded SECRET_KEY=only-to-build-the-image python manage.py prepare --no-database \
    && python -m compileall -q procstd processes surveys projects cases pilots audits improvements \
    && chown -R procstd:procstd /data \
    && chmod 0750 /data
# From here on nothing starts without what the served mode needs.
ENV PROCSTD_MODE=served
USER 10001:10001
# The root may be read-only: this folder and a tmpfs on /tmp are all that is written to.
VOLUME /data
EXPOSE 8000
# The page answers only to the host of PUBLIC_URL. 503 (no database) is unhealthy; degraded is not.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.parse, urllib.request; urllib.request.urlopen(urllib.request.Request('http://127.0.0.1:8000/healthz', headers={'Host': urllib.parse.urlsplit(os.environ['PUBLIC_URL']).hostname}), timeout=4)"]
CMD ["gunicorn", "procstd.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning"]
