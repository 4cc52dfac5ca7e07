@echo off
rem Starts a workshop by a double click (Windows). The first time it installs what is needed, into this folder only: uv finds
rem a Python, or fetches one. macOS and Linux: start-workshop.command.
setlocal
chcp 65001 >nul
pushd "%~dp0" || exit /b 1
set "PYTHONUTF8=1"
set "PYTHONPATH=%CD%"
set "UV_INSTALL_DIR=%CD%\.uv"
set "UV_NO_MODIFY_PATH=1"
set "PYTHON=.venv\Scripts\python.exe"

if not exist "%PYTHON%" goto install
fc /b "pyproject.toml" ".venv\pyproject.toml" >nul 2>&1 || goto install
fc /b "requirements.txt" ".venv\requirements.txt" >nul 2>&1 || goto install
goto start

:install
echo Installing what the workshop needs; the first time this takes a minute or two.
call :find_uv
if not defined UV call :fetch_uv
if not defined UV goto failed
if not exist "%PYTHON%" "%UV%" venv --python ">=3.11" ".venv" || goto failed
"%UV%" pip install --python "%PYTHON%" --constraint "requirements.txt" --editable "." || goto failed
copy /y "pyproject.toml" ".venv\pyproject.toml" >nul
copy /y "requirements.txt" ".venv\requirements.txt" >nul
goto start

:failed
if not exist ".venv\pyproject.toml" goto never
echo Newer packages couldn't be looked for, so we go on with those that are here.

:start
"%PYTHON%" -m workshop.cli start %*
if errorlevel 1 goto stopped
popd
exit /b 0

:never
echo It couldn't be installed; the reason is above. The first time, this needs the internet.
goto stay

:stopped
echo The workshop couldn't go on; the reason is above.

:stay
pause
popd
exit /b 1

:find_uv
set "UV="
for %%P in (uv.exe) do if not "%%~$PATH:P"=="" set "UV=%%~$PATH:P"
if not defined UV if exist "%UV_INSTALL_DIR%\uv.exe" set "UV=%UV_INSTALL_DIR%\uv.exe"
if not defined UV if exist "%USERPROFILE%\.local\bin\uv.exe" set "UV=%USERPROFILE%\.local\bin\uv.exe"
exit /b 0

:fetch_uv
echo Fetching uv, which finds or fetches a Python.
powershell -NoProfile -ExecutionPolicy Bypass -Command "irm https://astral.sh/uv/install.ps1 | iex"
call :find_uv
exit /b 0
