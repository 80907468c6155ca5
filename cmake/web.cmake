# The pages of services/gateway/web as one generated C file, linked into the gateway.  Node 18 and npm
# build them; without, the gateway has no pages, says so here, and answers / with the health page.
find_program(NODE node)
find_program(NPM npm)
set(node_version 0)
if(NODE)
    execute_process(COMMAND ${NODE} -p process.versions.node OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()

set(web ${CMAKE_SOURCE_DIR}/services/gateway/web)
set(pages ${CMAKE_BINARY_DIR}/web/pages.c)
if(NPM AND node_version VERSION_GREATER_EQUAL 18)
    file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${web}/src/*)
    add_custom_command(
        OUTPUT ${web}/node_modules/.package-lock.json
        COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error
        DEPENDS ${web}/package.json ${web}/package-lock.json
        WORKING_DIRECTORY ${web}
        COMMENT "Fetching what the pages are built with")
    add_custom_command(
        OUTPUT ${pages}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/web
        COMMAND ${NODE} build.mjs ${pages}
        DEPENDS ${web_sources} ${web}/build.mjs ${web}/node_modules/.package-lock.json
        WORKING_DIRECTORY ${web}
        COMMENT "Building the pages")
else()
    message(STATUS "no node 18 with npm: the gateway is built without pages")
    file(WRITE ${pages} "#include \"services/gateway/gateway_asset.h\"\n\n"
        "const struct asset assets[1];\nconst size_t asset_count = 0;\n")
endif()
target_sources(millrace-gateway PRIVATE ${pages})
