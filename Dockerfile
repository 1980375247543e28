# docker build -t likeness . && docker run -p 7860:7860 -v likeness:/runs likeness
FROM python:3.12-slim AS built
WORKDIR /src
COPY . .
RUN pip wheel --no-deps --wheel-dir /wheel .

FROM python:3.12-slim
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 \
    GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 GANAPP_RUNS=/runs
RUN useradd --create-home --uid 1000 likeness && mkdir /runs && chown likeness /runs

# torch first, from PyTorch's own index of CPU builds: the default build brings gigabytes of CUDA.
RUN pip install --index-url https://download.pytorch.org/whl/cpu "torch>=2.10,<2.14" "torchvision>=0.25,<0.29"
COPY requirements.txt /tmp/
RUN pip install -r /tmp/requirements.txt
RUN --mount=type=bind,from=built,source=/wheel,target=/wheel pip install --no-deps /wheel/*.whl

USER likeness
WORKDIR /home/likeness
VOLUME /runs
EXPOSE 7860
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
CMD ["likeness", "serve"]
