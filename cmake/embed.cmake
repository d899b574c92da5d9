# Files put into a program as they are, by the assembler's .incbin: no generated arrays to compile.

# hamdil_embed(TARGET FUNCTION FOLDER FILE...): TARGET gets `std::span<const hamdil::EmbeddedFile> hamdil::FUNCTION()`, which lists
# the files sorted by their name below FOLDER.
function(hamdil_embed target function folder)
  set(output ${CMAKE_BINARY_DIR}/embedded/${function}.cpp)
  set(assembly "")
  set(declarations "")
  set(rows "")
  set(index 0)
  foreach(file ${ARGN})
    file(RELATIVE_PATH name ${folder} ${file})
    set(symbol hamdil_${function}_${index})
    string(APPEND assembly "    \".global ${symbol}\\n${symbol}:\\n.incbin \\\"${file}\\\"\\n.global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n\"\n")
    string(APPEND declarations "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "      EmbeddedFile{\"${name}\", std::string_view(${symbol}, ${symbol}_end - ${symbol})},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT "// Made by cmake/embed.cmake.
#include <array>

#include \"base/embedded.hpp\"

__asm__(\".section .rodata\\n\"
@assembly@    \".previous\\n\");

extern \"C\" {
@declarations@}

namespace hamdil {

std::span<const EmbeddedFile> @function@() {
  static const std::array<EmbeddedFile, @index@> kFiles = {
@rows@  };
  return kFiles;
}

}  // namespace hamdil
")
  set_source_files_properties(${output} PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(${target} PRIVATE ${output})
endfunction()

# Content that experts edit without a compiler: every .yaml below content/.
function(hamdil_embed_content target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/content/*.yaml)
  list(SORT files)
  hamdil_embed(${target} embedded_content ${CMAKE_SOURCE_DIR}/content ${files})
endfunction()

# The chart bundle: built from the locked npm packages when they or its sources changed, then put into the drawing program.
function(hamdil_embed_charts target)
  set(charts ${CMAKE_SOURCE_DIR}/web/charts)
  set(bundle ${CMAKE_BINARY_DIR}/charts/vega-bundle.js)
  set(licenses ${CMAKE_BINARY_DIR}/charts/licenses.txt)
  add_custom_command(OUTPUT ${bundle} ${licenses} COMMAND sh ${charts}/build.sh ${bundle}
    DEPENDS ${charts}/build.sh ${charts}/entry.js ${charts}/shims.js ${charts}/package.json ${charts}/package-lock.json
    COMMENT "Bundling Vega and Vega-Lite" VERBATIM)
  hamdil_embed(${target} embedded_charts ${CMAKE_BINARY_DIR}/charts ${bundle} ${licenses})
endfunction()

# The web interface: what `npm run build` of web/app wrote into its dist folder, with a gzip beside every text. Without that folder the program
# serves one plain page that says so.
function(hamdil_embed_web target)
  set(dist ${CMAKE_SOURCE_DIR}/web/app/dist)
  set(staged ${CMAKE_BINARY_DIR}/web)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dist}/*)
  if(NOT EXISTS ${dist}/index.html)
    set(dist ${CMAKE_SOURCE_DIR}/cmake/web_missing)
    file(GLOB_RECURSE files ${dist}/*)
  endif()
  list(SORT files)
  set(outputs)
  foreach(file ${files})
    file(RELATIVE_PATH name ${dist} ${file})
    get_filename_component(folder ${staged}/${name} DIRECTORY)
    add_custom_command(OUTPUT ${staged}/${name} COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
      COMMAND ${CMAKE_COMMAND} -E copy ${file} ${staged}/${name} DEPENDS ${file} VERBATIM)
    list(APPEND outputs ${staged}/${name})
    if(name MATCHES "\\.(html|js|css|svg|json|txt|map)$")
      add_custom_command(OUTPUT ${staged}/${name}.gz COMMAND gzip -9 -n -k -f ${staged}/${name} DEPENDS ${staged}/${name} VERBATIM)
      list(APPEND outputs ${staged}/${name}.gz)
    endif()
  endforeach()
  hamdil_embed(${target} embedded_web ${staged} ${outputs})
endfunction()
