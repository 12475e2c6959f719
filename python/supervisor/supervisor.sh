#!/bin/sh
# The supervisor of a run folder for machines without Python: POSIX sh, sed, grep, tr, sleep; setsid and /proc where there are.
#
#     supervisor.sh RUN_FOLDER [--detach]
#
# Reads control/request.txt, writes the same files as supervisor.py. README.md beside this file says what it proves less well.
set -u
LC_ALL=C
export LC_ALL

usage() {
  echo "usage: supervisor.sh RUN_FOLDER [--detach]" >&2
  exit 2
}

[ $# -ge 1 ] || usage
case $1 in -*) usage ;; /*) folder=$1 ;; *) folder=$(pwd)/$1 ;; esac
mode=${2:-}
case $mode in '' | --detach | --detached) ;; *) usage ;; esac
control=$folder/control
if [ ! -f "$control/request.txt" ]; then
  echo "There is no control/request.txt in \"$folder\"." >&2
  exit 2
fi
if [ -n "${AZUREML_RUN_ID+set}" ]; then # we would be found as a process of the run
  unset AZUREML_RUN_ID
  exec sh "$0" "$folder" ${mode:+"$mode"}
fi

# --- small things -----------------------------------------------------------------------------------------------------

nap() { sleep "$1" 2>/dev/null || sleep 1; } # fractions of a second are no part of POSIX

log() { printf '%s supervisor[%s]: %s\n' "$(utc)" "$$" "$1" >&2; }

utc() { date -u +%Y-%m-%dT%H:%M:%S.000000Z; }

# Hundredths of a second, on Linux from the clock that nobody sets.
now() {
  if { read -r up _ </proc/uptime; } 2>/dev/null; then echo "${up%.*}${up#*.}"; else echo "$(date +%s)00"; fi
}

# "1.5" -> 150; fails for what is no plain decimal number.
hundredths() {
  case $1 in '' | . | *[!0-9.]* | *.*.*) return 1 ;; esac
  whole=${1%%.*}
  rest=${1#"$whole"}
  rest=${rest#.}00
  rest=${rest%"${rest#??}"}
  whole=$(printf '%s' "${whole:-0}" | sed 's/^0*\(.\)/\1/')
  echo $((whole * 100 + 1$rest - 100))
}

json() { printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g'; }

# Whole or not at all: write_file PATH TEXT
write_file() { (umask 077 && printf '%s\n' "$2" >"$1.tmp" && mv -f "$1.tmp" "$1") 2>/dev/null; }

boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.bootsessionuuid 2>/dev/null || :; }

# The start time of a process that lives; fails for one that is gone or only a zombie.
start_of() {
  if [ -e /proc/self/stat ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    set -- ${stat##*) }
    [ "${1:-Z}" != Z ] && echo "${20}"
  else
    stat=$(ps -o stat= -o lstart= -p "$1" 2>/dev/null) || return 1
    case $stat in '' | Z*) return 1 ;; *) set -- $stat && shift && echo "$*" ;; esac
  fi
}

field() { sed -n "s/.*\"$2\": *\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" "$1" 2>/dev/null | head -n 1; }

answer() { printf '{"version": 1, "runId": "%s", "state": "%s"}\n' "$(json "$run_id")" "$1"; }

# --- launching --------------------------------------------------------------------------------------------------------

setsid=$(command -v setsid 2>/dev/null || :)
run_id=$(sed -n 's/^runId //p' "$control/request.txt" | head -n 1)

state_of_claim() { # free | held | dead
  [ -e "$control/claim" ] || { echo free && return; }
  owner=$(field "$control/claim" pid)
  if [ -n "$owner" ] && [ "$(field "$control/claim" bootId)" = "$(boot_id)" ] &&
    [ "$(start_of "$owner")" = "$(field "$control/claim" startTime)" ]; then
    echo held
  elif [ -z "$owner" ]; then
    echo held # being written
  else
    echo dead
  fi
}

if [ "$mode" = --detach ]; then
  if [ -e "$control/exit.json" ]; then answer finished && exit 0; fi
  case $(state_of_claim) in
    held) state=running ;;
    dead) if [ -e "$control/supervisor.json" ]; then answer unsupervised && exit 0; else state=finished; fi ;;
    *) state=started ;;
  esac
  (umask 077 && : >>"$control/supervisor.log") 2>/dev/null && errors=$control/supervisor.log || errors=/dev/null
  trap : HUP
  $setsid sh "$0" "$folder" --detached </dev/null >/dev/null 2>>"$errors" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  child=$!
  tries=0
  while [ ! -e "$control/supervisor.json" ] && [ ! -e "$control/exit.json" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 1500 ] || { ! kill -0 "$child" 2>/dev/null && [ "$(state_of_claim)" != held ]; }; then
      if [ -e "$control/supervisor.json" ] || [ -e "$control/exit.json" ]; then break; fi
      echo "The supervisor has not started the script; $errors says why." >&2
      exit 3
    fi
    nap 0.02
  done
  if [ "$state" = started ] && [ "$(field "$control/claim" pid)" != "$child" ]; then state=running; fi # another was faster
  answer "$state"
  exit 0
fi

# --- the record -------------------------------------------------------------------------------------------------------

script='' started_at='' begun='' ended='' status='' leftovers='' survivors='' message='' proven=true

finish() { # REASON
  code=null signal=null
  if [ -n "$status" ] && [ "$1" != startFailed ]; then
    if [ "$status" -gt 128 ] && name=$(kill -l "$status" 2>/dev/null); then signal="\"SIG${name#SIG}\""; else code=$status; fi
  fi
  if [ -n "$begun" ]; then
    took=$((${ended:-$(now)} - begun))
    took=$(printf '%d.%02d' $((took / 100)) $((took % 100)))
    shown="\"$started_at\""
  else
    took=0 shown=null
  fi
  [ -z "$survivors" ] || proven=false
  record="{\"version\": 1, \"runId\": \"$(json "$run_id")\", \"reason\": \"$1\", \"exitCode\": $code, \"signal\": $signal,"
  record="$record \"startedAt\": $shown, \"endedAt\": \"$(utc)\", \"durationSeconds\": $took, \"leftovers\": [$leftovers],"
  record="$record \"verifiedGone\": $proven, \"verifiedBy\": [$verified_by], \"survivors\": [$survivors]"
  [ -z "$message" ] || record="$record, \"message\": \"$(json "$message")\""
  tries=0
  until write_file "$control/exit.json" "$record}"; do
    [ $tries -gt 0 ] || log "control/exit.json cannot be written; trying again for an hour"
    tries=$((tries + 1))
    [ $tries -lt 3600 ] || exit 3
    sleep 1
  done
  case $1 in
    exited) exit "$status" ;;
    timeLimit) exit 124 ;;
    startFailed) exit 127 ;;
    *) exit 143 ;;
  esac
}

fail_start() {
  message=$1
  finish startFailed
}

# --- the processes of the run -----------------------------------------------------------------------------------------

verified_by='' marker="AZUREML_RUN_ID=$run_id"
if [ -r /proc/self/environ ]; then verified_by='"environment"'; fi

group_members() {
  if [ -e /proc/self/stat ]; then
    cat /proc/[0-9]*/stat 2>/dev/null | sed -n "s/^\\([0-9]*\\) (.*) [^ZX] [0-9]* $script .*/\\1/p"
  else
    ps -A -o pid= -o pgid= -o stat= 2>/dev/null | while read -r pid group stat; do
      case $stat in Z*) ;; *) [ "$group" != "$script" ] || echo "$pid" ;; esac
    done
  fi
}

marked() {
  [ -n "$verified_by" ] || return 0
  for file in $(grep -lF "$marker" /proc/[0-9]*/environ 2>/dev/null); do
    pid=${file#/proc/}
    pid=${pid%/environ}
    if tr '\0' '\n' <"$file" 2>/dev/null | grep -qxF "$marker" && start_of "$pid" >/dev/null; then echo "$pid"; fi
  done
}

find_all() { { group_members && marked; } | sort -nu; }

name_all() {
  for pid in "$@"; do
    command=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || ps -o command= -p "$pid" 2>/dev/null)
    command=$(printf '%s' "$command" | tr -cd '\040-\176' | cut -c1-200)
    printf '%s{"pid": %s, "command": "%s"}' "${comma:-}" "$pid" "$(json "$command")"
    comma=', '
  done
}

script_lives() {
  [ -z "$status" ] || return 1
  if [ "$(start_of "$script")" = "$script_start" ]; then return 0; fi
  wait "$script" 2>/dev/null
  status=$?
  ended=$(now)
  return 1
}

stop_requested() {
  if [ -e "$control/cancel.json" ]; then reason=canceled; elif [ -n "$stop" ]; then reason=terminated; else return 1; fi
}

# SIGTERM to all, once; SIGKILL after the grace to what is left; the rest is named as survivors.
end_all() {
  if script_lives; then kill -TERM "-$script" 2>/dev/null; fi
  for pid in $(find_all); do
    [ "$(start_of "$script")" = "$script_start" ] && group_members | grep -qx "$pid" || kill -TERM "$pid" 2>/dev/null
  done
  deadline=$(($(now) + grace))
  found=$(find_all)
  while [ -n "$found" ] && [ "$(now)" -lt $deadline ]; do
    nap 0.1
    script_lives
    found=$(find_all)
  done
  deadline=$(($(now) + 1000))
  while [ -n "$found" ] && [ "$(now)" -lt $deadline ]; do
    if script_lives; then kill -KILL "-$script" 2>/dev/null; fi
    for pid in $found; do kill -KILL "$pid" 2>/dev/null; done
    nap 0.05
    script_lives
    found=$(find_all)
  done
  survivors=$(name_all $found)
  script_lives
}

# --- the request ------------------------------------------------------------------------------------------------------

stop=''
trap 'stop=1' TERM INT
trap : HUP

if [ -e "$control/exit.json" ]; then answer finished && exit 0; fi
mine="{\"version\": 1, \"pid\": $$, \"startTime\": \"$(start_of $$)\", \"bootId\": \"$(boot_id)\", \"locked\": false}"
if ! (umask 077 && set -C && printf '%s\n' "$mine" >"$control/claim") 2>/dev/null; then
  case $(state_of_claim) in
    held) answer running && exit 0 ;;
    free) echo "control/claim cannot be written." >&2 && exit 3 ;;
  esac
  if [ -e "$control/supervisor.json" ]; then answer unsupervised && exit 0; fi
  [ -e "$control/exit.json" ] || fail_start "The supervisor died before it had started the script. Nothing was started."
  exit 0
fi

version='' cwd=project limit='' grace_text=10 leftover_text=10 complete='' arguments=0
set --
while IFS= read -r line; do
  key=${line%% *}
  value=$(printf '%bx' "${line#* }") # \\ and \n are the only escapes; the x keeps line ends at the end
  value=${value%x}
  case $key in
    version) version=$value ;;
    cwd) cwd=$value ;;
    timeLimitSeconds) limit=$value ;;
    graceSeconds) grace_text=$value ;;
    leftoverSeconds) leftover_text=$value ;;
    env)
      set -- "$@" "$value"
      case $value in PATH=*) path=${value#PATH=} ;; PYTHONUNBUFFERED=*) unbuffered=given ;; esac
      ;;
    arg)
      if [ $arguments -eq 0 ]; then
        program=$value
        [ "${unbuffered:-}" = given ] || set -- "$@" PYTHONUNBUFFERED=1
        set -- "$@" "$marker" "AML_RUN_SPOOL=$folder/spool"
        case $value in *=*) set -- "$@" sh -c 'exec "$@"' sh ;; esac # env would take it for a variable
      fi
      arguments=$((arguments + 1))
      set -- "$@" "$value"
      ;;
    end) complete=yes ;;
  esac
done <"$control/request.txt"

[ "$version" = 1 ] && [ -n "$complete" ] || fail_start "control/request.txt is not complete, or not of version 1."
[ -n "$run_id" ] && [ $arguments -gt 0 ] || fail_start "control/request.txt names no run or no program."
if [ -n "$limit" ]; then
  limit_time=$(hundredths "$limit") && [ "$limit_time" -gt 0 ] ||
    fail_start "The time limit is $limit; it must be a number of seconds above 0."
fi
grace=$(hundredths "$grace_text") || fail_start "graceSeconds is \"$grace_text\"; it must be 0 or more seconds."
leftover=$(hundredths "$leftover_text") || fail_start "leftoverSeconds is \"$leftover_text\"; it must be 0 or more seconds."
case $cwd in /*) ;; *) cwd=$folder/$cwd ;; esac
[ -d "$cwd" ] || fail_start "The working directory \"$cwd\" does not exist."

case $program in
  */*)
    case $program in /*) full=$program ;; *) full=$cwd/$program ;; esac
    [ -e "$full" ] || fail_start "The program \"$program\" does not exist."
    [ -f "$full" ] && [ -x "$full" ] || fail_start "The program \"$program\" is not executable (chmod +x)."
    ;;
  *)
    (IFS=: && set -f && cd "$cwd" && for place in ${path:-/usr/local/bin:/usr/bin:/bin}; do
      [ -f "${place:-.}/$program" ] && [ -x "${place:-.}/$program" ] && exit 0
    done && exit 1) || fail_start "The program \"$program\" was not found in PATH (${path:-})."
    ;;
esac

# --- the script -------------------------------------------------------------------------------------------------------

spool=$folder/spool
(umask 077 && mkdir -p "$spool" && : >>"$spool/stdout.log" && : >>"$spool/stderr.log") 2>/dev/null ||
  fail_start "The files in spool/ cannot be written."
[ -n "$setsid" ] || set -m 2>/dev/null
rm -f "$control/.gate"
# The child waits at a gate, which opens once supervisor.json is written. If we die before that, it leaves.
$setsid sh -c 'gate=$1 parent=$2 && cd "$3" && shift 3 || exit 127
  until [ -e "$gate" ]; do kill -0 "$parent" 2>/dev/null || exit 127; sleep 0.02 2>/dev/null || sleep 1; done
  exec env -i "$@"' sh "$control/.gate" $$ "$cwd" "$@" \
  </dev/null >>"$spool/stdout.log" 2>>"$spool/stderr.log" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
script=$!
[ -n "$setsid" ] || set +m
script_start=$(start_of "$script")
started_at=$(utc)
record="{\"version\": 1, \"runId\": \"$(json "$run_id")\", \"bootId\": \"$(boot_id)\","
record="$record \"supervisor\": {\"pid\": $$, \"startTime\": \"$(start_of $$)\"},"
record="$record \"script\": {\"pid\": $script, \"startTime\": \"$script_start\", \"pgid\": $script}, \"startedAt\": \"$started_at\"}"
if ! write_file "$control/supervisor.json" "$record"; then
  kill -KILL "$script" 2>/dev/null
  fail_start "control/supervisor.json cannot be written."
fi
if stop_requested; then
  kill -KILL "$script" 2>/dev/null
  message="The stop request came before the script was started. Nothing was started."
  finish $reason
fi
begun=$(now)
: >"$control/.gate"
[ "$mode" = --detached ] || answer started

while :; do
  if ! script_lives; then reason=exited && break; fi
  if stop_requested; then break; fi
  if [ -n "$limit" ] && [ $(($(now) - begun)) -ge "$limit_time" ]; then reason=timeLimit && break; fi
  nap 0.1
done
rm -f "$control/.gate"
first=$reason

if [ "$first" = exited ]; then
  deadline=$((ended + leftover))
  found=$(find_all)
  while [ -n "$found" ] && [ "$(now)" -lt $deadline ] && ! stop_requested; do
    nap 0.1
    found=$(find_all)
  done
  if [ -n "$found" ]; then
    leftovers=$(name_all $found)
    end_all
  fi
else
  log "ending the run: $first"
  end_all
fi
if [ -z "$verified_by" ] && [ -z "$survivors" ]; then
  proven=false
  message="Processes that left the group of the script cannot be seen on this machine; some may still run."
fi
finish "$first"
