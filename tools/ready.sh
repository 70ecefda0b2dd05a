#!/bin/sh
# Looks whether this machine has what is named: python, node, browser, git, curl, java. Installs what is missing where
# it may (apt, as root or with sudo that asks nothing), and otherwise says within seconds, in one sentence, what to
# install.
#
#   tools/ready.sh python node browser git curl
#
# PYTHON is the interpreter that the environment is made with. The exit code is 0 when everything is there.
set -eu

python_is_there() {
    # Without ensurepip `python3 -m venv` makes an environment without pip.
    "${PYTHON:-python3}" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

node_is_there() {
    command -v npm >/dev/null || return 1
    # As `engines` in tools/package.json.
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number)
             const from = {18: 18, 19: Infinity, 20: 17}[major] ?? (major > 20 ? 0 : Infinity)
             process.exit(minor >= from ? 0 : 1)' 2>/dev/null
}

browser_is_there() {
    # The same names as in tests/service/web/browser.py. Without fonts a page shows boxes for letters.
    command -v chromium || command -v chromium-browser || command -v google-chrome || return 1
    # Playwright drives it with a Node.js of its own, which needs this library.
    [ "$(uname -s)" != Linux ] || PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | grep -q 'libatomic\.so\.1' || return 1
    find /usr/share/fonts /usr/local/share/fonts -name '*.?tf' 2>/dev/null | grep -q .
}

git_is_there() { command -v git; }

curl_is_there() { command -v curl; }

java_is_there() {
    # Spark 4 refuses an older one.
    java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])'
}

packages() {
    case $1 in
        python) echo python3 python3-venv ;;
        node) echo nodejs npm ;;
        browser) echo chromium fonts-dejavu-core fonts-liberation libatomic1 ;;
        git) echo git ;;
        curl) echo curl ;;
        java) echo openjdk-17-jre-headless ;;
    esac
}

called() {
    case $1 in
        python) echo 'Python 3.11 or newer with venv and ensurepip' ;;
        node) echo 'Node.js 18.18 or 20.17 or newer with npm' ;;
        browser) echo 'Chromium with fonts and libatomic' ;;
        git) echo 'Git' ;;
        curl) echo 'curl' ;;
        java) echo 'Java 17 or newer' ;;
    esac
}

missing() {
    for need; do
        "${need}_is_there" >/dev/null || echo "$need"
    done
}

# How to become root without a question, or nothing.
as_root() {
    if [ "$(id -u)" = 0 ]; then echo env
    elif sudo -n true 2>/dev/null; then echo sudo
    fi
}

install_packages() {
    root=$(as_root)
    [ -n "$root" ] && command -v apt-get >/dev/null || return 0
    echo "Installing $*." >&2
    # An unreachable mirror must not keep anybody waiting. What apt itself says goes to the terminal.
    { "$root" apt-get update -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 &&
        "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -q --yes --no-install-recommends "$@"; } >&2 || true
}

wanted=$(missing "$@")
[ -n "$wanted" ] || exit 0
# Each word is one package.
# shellcheck disable=SC2046
install_packages $(for need in $wanted; do packages "$need"; done)

lacking=$(missing $wanted)
[ -n "$lacking" ] || exit 0
names=$(for need in $lacking; do called "$need"; done | paste -sd '|' | sed 's/|/, and /g')
echo "This needs $names: on Debian \`apt-get install $(for need in $lacking; do packages "$need"; done | paste -sd ' ')\` as root gives that." >&2
exit 1
