#!/bin/sh
# Install lambdalab beside this file, if that has not been done, and open the first lesson.
set -e
cd "$(dirname "$0")"
if [ ! -e .venv/ready ]; then
    for python in python3.13 python3.12 python3.11 python3; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
        python=
    done
    [ -n "$python" ] || { echo "lambdalab needs Python 3.11 or newer."; exit 1; }
    "$python" -m venv .venv
    .venv/bin/python -m pip --isolated install --no-index --find-links wheelhouse \
        --quiet --disable-pip-version-check 'lambdalab[lessons]'
    .venv/bin/jupyter labextension disable --level=sys_prefix \
        @jupyterlab/apputils-extension:announcements >/dev/null 2>&1
    mkdir -p .venv/share/jupyter/lab/settings
    cp overrides.json .venv/share/jupyter/lab/settings
    touch .venv/ready
fi
exec .venv/bin/jupyter lab --LabApp.default_url=/lab/tree/lessons/00-start-here.ipynb "$@"
