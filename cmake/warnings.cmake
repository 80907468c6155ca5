# Every first-party C target links millrace_warnings; generated and third-party code does not.
add_library(millrace_warnings INTERFACE)
target_compile_features(millrace_warnings INTERFACE c_std_11)
target_compile_definitions(millrace_warnings INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(millrace_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Werror
    -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wmissing-declarations -Wredundant-decls -Wnested-externs
    -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Walloca
    -Wformat=2 -Wformat-security -Wmissing-format-attribute
    -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference
    -Wdouble-promotion -Wfloat-equal -Wunused-macros
    -fno-common -fno-omit-frame-pointer -fstack-protector-strong
    $<$<C_COMPILER_ID:GNU>:-Wlogical-op;-Wduplicated-cond;-Wduplicated-branches;-Wtrampolines;-Wjump-misses-init;-Warith-conversion;-Wstack-usage=65536>
    $<$<C_COMPILER_ID:Clang>:-Wcomma;-Wassign-enum;-Wloop-analysis;-Wunreachable-code-aggressive;-Wshift-sign-overflow;-Wno-string-conversion;-Wno-missing-field-initializers>
    $<$<CONFIG:Release>:-O2;-D_FORTIFY_SOURCE=2>)
target_link_options(millrace_warnings INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -pie)
if(MILLRACE_SANITIZE)
    add_compile_options(-fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all -g)
    add_link_options(-fsanitize=${MILLRACE_SANITIZE})
    if(MILLRACE_FUZZ)
        add_compile_options(-fsanitize=fuzzer-no-link) # the libraries tell the fuzzer what they reach
    endif()
endif()
