@echo off
rem Install lambdalab beside this file, if that has not been done, and open the first lesson.
cd /d "%~dp0"
if exist .venv\ready goto start
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" || goto old
py -3 -m venv .venv || goto failed
.venv\Scripts\python -m pip --isolated install --no-index --find-links wheelhouse --quiet --disable-pip-version-check "lambdalab[lessons]" || goto failed
.venv\Scripts\jupyter labextension disable --level=sys_prefix @jupyterlab/apputils-extension:announcements >nul 2>&1
mkdir .venv\share\jupyter\lab\settings 2>nul
copy overrides.json .venv\share\jupyter\lab\settings >nul
type nul > .venv\ready
:start
.venv\Scripts\jupyter lab --LabApp.default_url=/lab/tree/lessons/00-start-here.ipynb %*
exit /b
:old
echo lambdalab needs Python 3.11 or newer.
exit /b 1
:failed
echo That did not work. Is this folder for your system and your Python? See README.md.
exit /b 1
