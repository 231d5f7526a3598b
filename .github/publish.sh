#!/usr/bin/env bash
# Puts a built site at a place of the branch gh-pages of `origin`, or takes it away again:
#
#   .github/publish.sh _build/html .               the book; previews/ and CNAME stay as they are
#   .github/publish.sh _build/html previews/pr-7   a preview, beside the book
#   .github/publish.sh --remove previews/pr-7
#
# The branch is always one commit, so that a clone doesn't carry every site there ever was: any of them can be
# built anew from the commit that it came from. Nothing gets lost by this, since a push only goes through if the
# branch is still as it was fetched; otherwise it is tried again, on top of what somebody else has pushed.
set -euo pipefail
shopt -s inherit_errexit # a git command that fails in $(...) ends the script too

BRANCH=gh-pages
KEPT=(CNAME previews) # what a new version of the book leaves alone; hosts keep a domain's name in CNAME
TRIES=5

fail() {
  echo "publish.sh: $1" >&2
  exit 1
}

[[ $# -eq 2 ]] || fail "wanted two words, SITE PLACE or --remove PLACE; got $#: $*"
site="$1" place="$2"
[[ $place == . || $place =~ ^previews/[A-Za-z0-9_-]+$ ]] ||
  fail "PLACE is . for the book, or previews/NAME with letters, digits, - and _; got $place"
if [[ $site == --remove ]]; then
  [[ $place != . ]] || fail "only a preview can be removed, not the book"
elif [[ ! -f $site/index.html ]]; then
  fail "$site has no index.html, so it is no built site: run make book, and name _build/html"
fi

if [[ -n ${GITHUB_ACTIONS:-} ]]; then # there, nobody has told git a name
  git config user.name "github-actions[bot]"
  git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
fi

# An index of our own: neither the files of the working tree nor what is staged there is touched.
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
export GIT_INDEX_FILE="$scratch/index"

# Stores the files of the site; prints the id of their tree.
store_site() {
  git read-tree --empty
  git -c core.autocrlf=false --work-tree="$site" add --all --force .
  git write-tree
}

# Prints the id of the branch's next tree. $1 is the commit it is at, or empty if there is no branch yet.
next_tree() {
  local now="${1:-$(git mktree </dev/null)}"
  if [[ $place == . ]]; then
    git read-tree "$pages"
    git ls-tree -r -z --full-tree "$now" -- "${KEPT[@]}" | git update-index -z --index-info
  else
    git read-tree "$now"
    git rm -r --cached --force --quiet --ignore-unmatch -- ":/$place"
    [[ $site == --remove ]] || git read-tree --prefix="$place/" "$pages"
  fi
  # Without this file the host leaves out _static and all else that begins with _.
  git update-index --add --cacheinfo "100644,$(git hash-object -w --stdin </dev/null),.nojekyll"
  git write-tree
}

[[ $site == --remove ]] || pages="$(store_site)"
for ((try = 1; try <= TRIES; try++)); do
  old="$(git ls-remote origin "refs/heads/$BRANCH" | cut -f 1)"
  if [[ -n $old ]]; then
    git fetch --quiet origin "refs/heads/$BRANCH"
    old="$(git rev-parse FETCH_HEAD)"
  elif [[ $site == --remove ]]; then
    echo "Nothing to remove: there is no branch $BRANCH."
    exit
  fi
  tree="$(next_tree "$old")"
  if [[ -n $old && $tree == "$(git rev-parse "$old^{tree}")" ]]; then
    echo "Nothing to do: $place on $BRANCH is already so."
    exit
  fi
  verb=Publish
  [[ $site != --remove ]] || verb=Remove
  commit="$(git commit-tree "$tree" -m "$verb $place" -m "Commit ${GITHUB_SHA:-$(git rev-parse HEAD)}")"
  if git push --quiet --force-with-lease="refs/heads/$BRANCH:$old" origin "$commit:refs/heads/$BRANCH"; then
    echo "$verb $place: $BRANCH is now at $commit."
    exit
  fi
  echo "publish.sh: push $try of $TRIES did not go through" >&2
  sleep "$try"
done
fail "$BRANCH could not be pushed: look above for what git says"
