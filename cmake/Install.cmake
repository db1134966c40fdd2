# What `cmake --install` puts where Debian expects it, below /usr (the release preset's prefix).
# p11-kit reads .module files and looks for modules in folders of its own: with another prefix it
# finds neither.
set(countersign_module_dir ${CMAKE_INSTALL_LIBDIR}/pkcs11)

install(TARGETS countersign RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS countersignd countersign-notify RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
# Where hsm-backends/worker_process.cc looks for it, seen from countersignd.
install(TARGETS countersign-token-worker RUNTIME
  DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/countersign)
# Registered with p11-kit is the gateway's shape alone; the embedded one is loaded by its path.
install(TARGETS countersign_module countersign_module_embedded
  LIBRARY DESTINATION ${countersign_module_dir})
install(FILES module/countersign.module DESTINATION ${CMAKE_INSTALL_DATADIR}/p11-kit/modules)

configure_file(tools/systemd/countersignd.service.in countersignd.service @ONLY)
configure_file(tools/systemd/countersign-notify.service.in countersign-notify.service @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/countersignd.service tools/systemd/countersignd.socket
    ${CMAKE_BINARY_DIR}/countersign-notify.service
  DESTINATION lib/systemd/system)
install(FILES tools/systemd/countersign.sysusers DESTINATION lib/sysusers.d RENAME countersign.conf)
install(FILES tools/systemd/countersign.tmpfiles DESTINATION lib/tmpfiles.d RENAME countersign.conf)

set(reference ${CMAKE_BINARY_DIR}/share)
install(FILES ${reference}/countersign.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${reference}/countersign-gateway.json.5 ${reference}/countersign-client.json.5
    ${reference}/countersign-policy.json.5 ${reference}/countersign-notify.json.5
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${reference}/countersignd.8 ${reference}/countersign-notify.8
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${reference}/countersign.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME countersign)

install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN man EXCLUDE)
