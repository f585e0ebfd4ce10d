#!/bin/bash
# Installs the Debian packages that the tests need (a browser, fonts, a mail server, PostgreSQL, a file system, a compiler, a clock that can be moved), or those that are named. Does nothing when they are there.
set -euo pipefail

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(chromium fonts-noto-cjk postfix dovecot-imapd dovecot-lmtpd postgresql btrfs-progs gcc libc6-dev faketime)

missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "These Debian packages are missing: ${missing[*]}" >&2
  echo "Install them as root:  apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# Without an answer Postfix would ask what kind of site this is; the tests bring their own configuration.
echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
# Nothing here is meant to run as a service of this machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
echo "Installing ${missing[*]}"
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
