#!/usr/bin/env bash
# Installs the Debian packages that TopicDesk uses and that are missing, where this user may; else it names them. It never fails:
# the window needs the libraries, strace only the test that counts network calls; the terminal commands need none of them.
# Not installed here, for its size: chromium, in which the interactive map is tested (those tests skip, and say so, without it).
set -u
readonly WANTED="libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-xinerama0 libxkbcommon-x11-0 libegl1 libdbus-1-3 strace"

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || exit 0

missing=()
for package in $WANTED; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
command -v "${CXX:-c++}" >/dev/null || missing+=(g++)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
printf 'setup: installing Debian packages: %s\n' "${missing[*]}"
apt() { "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >/dev/null 2>&1 </dev/null; }
apt install -y --no-install-recommends "${missing[@]}" || { apt update && apt install -y --no-install-recommends "${missing[@]}"; } ||
    printf 'setup: they could not be installed; the window (and the offline test) may need them: sudo apt-get install %s\n' "${missing[*]}"
exit 0
