# Builds the executables into $BUILD/bin.  With MILLRACE_BUILD set to the folder of another preset,
# that preset is built: build/asan-ubsan serves the tests.

BUILD_SPACE_MIB=700

# space_check FOLDER MIB WHAT: said before a half-written file says it less clearly.
space_check()
{
    local folder=$1 free
    while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    free=$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$2" ] ||
        die "not enough space for $3: \"$folder\" has $free MiB free, $2 MiB are needed" \
            "make room (or set MILLRACE_VAR) and run the command again"
}

build_preset()
{
    case $BUILD in
    "$ROOT/build") echo release ;;
    "$ROOT/build/"*) echo "${BUILD#"$ROOT"/build/}" ;;
    *) die "MILLRACE_BUILD is \"$BUILD\", which is not \"$ROOT/build\" or a preset's folder in it" ;;
    esac
}

# build_run TARGET...: configures once (CMake watches its own files after that), then builds; without
# targets, everything.  Output is shown only when it fails.
build_run()
{
    local preset log=$BUILD/build.log target targets=()
    preset=$(build_preset)
    mkdir -p "$BUILD"
    if [ ! -f "$BUILD/build.ninja" ]; then
        space_check "$BUILD" "$BUILD_SPACE_MIB" "the build"
        (cd "$ROOT" && cmake --preset "$preset") >"$log" 2>&1 || build_failed "$log"
    fi
    for target in "$@"; do targets+=(--target "$target"); done
    (cd "$ROOT" && cmake --build "$BUILD" "${targets[@]}") >"$log" 2>&1 9>&- || build_failed "$log"
}

build_failed()
{
    grep -E -A12 'error|FAILED|No space left' "$1" | head -40 >&2 || last_lines "$1" 30
    ! grep -q 'No space left' "$1" || die "the disk is full: the build needs about $BUILD_SPACE_MIB MiB in \"$BUILD\""
    die "the build failed; all of it is in \"$1\""
}

# build_programs: every service and the command line; a missing one is named.
build_programs()
{
    local service missing=()
    build_run "$@"
    for service in "${SERVICES[@]}"; do
        service=$(service_program "$service")
        [ -x "$BUILD/bin/millrace-$service" ] || missing+=("millrace-$service")
    done
    [ "${#missing[@]}" -eq 0 ] || die "the build made no ${missing[*]}: see services/"
}
