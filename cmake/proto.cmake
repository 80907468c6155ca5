# millrace_proto(NAME FOLDER dir): one library of the messages that protoc-c makes of dir/*.proto.
# Generated code is compiled without our warnings and included as SYSTEM.
function(millrace_proto name)
    cmake_parse_arguments(ARG "" "FOLDER" "" ${ARGN})
    find_program(PROTOC_C protoc-c REQUIRED)
    file(GLOB protos CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.proto)
    set(out ${CMAKE_BINARY_DIR}/generated/proto)
    file(MAKE_DIRECTORY ${out})
    foreach(proto ${protos})
        get_filename_component(stem ${proto} NAME_WE)
        add_custom_command(
            OUTPUT ${out}/${stem}.pb-c.c ${out}/${stem}.pb-c.h
            COMMAND ${PROTOC_C} --proto_path=${CMAKE_SOURCE_DIR}/${ARG_FOLDER} --c_out=${out} ${proto}
            DEPENDS ${protos}
            VERBATIM)
        list(APPEND sources ${out}/${stem}.pb-c.c)
    endforeach()
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/generated)
    target_include_directories(${name} SYSTEM PRIVATE ${out})
    target_link_libraries(${name} PUBLIC PkgConfig::PROTOBUF_C)
endfunction()
