# The demo plant: ops/demo/run fills it and prints what a planner would look at.

demo_run()
{
    local run=$ROOT/ops/demo/run
    [ -x "$run" ] || die "there is no demo plant in this checkout (ops/demo/run)"
    MILLRACE_VAR=$VAR MILLRACE_BUILD=$BUILD MILLRACE_CONFIG=$CONFIG MILLRACE_URL=$URL "$run" 9>&-
}
