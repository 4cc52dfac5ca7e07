#!/bin/sh
# What the tests need beside Python packages: a Chromium and PostgreSQL's server programs.
# Installs what is missing where it may (root on Debian or Ubuntu); elsewhere says what to install.
set -u

have_chromium() { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable || [ -n "${WORKSHOP_CHROMIUM:-}" ]; }
have_postgresql() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb; }

missing=""
have_chromium >/dev/null 2>&1 || missing="$missing chromium"
have_postgresql >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
# The same Chromium without its windows takes less than half of the processor: where there's a package of it, that one.
case "$missing" in *chromium*) apt-cache policy chromium-headless-shell 2>/dev/null | grep -q "Candidate: [0-9]" && missing=$(echo "$missing" | sed 's/chromium/chromium-headless-shell/') ;; esac

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing for the tests:$missing …"
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing && exit 0
fi
echo "The tests need:$missing. Please install and run the tests again (Debian, Ubuntu: sudo apt install$missing; macOS: brew install$missing)." >&2
exit 1
