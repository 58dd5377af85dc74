"""apache: processes with threads and an event loop, as another user, CGI by a daemon of its own, a proxied page."""

import contextlib
import os
import signal

PACKAGES = ["apache2", "curl"]
SETTINGS = """
ServerRoot HERE
ServerName localhost
Listen 127.0.0.1:PORT
PidFile HERE/pid
ErrorLog HERE/error.log
DefaultRuntimeDir HERE
User nobody
Group nogroup
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule cgid_module /usr/lib/apache2/modules/mod_cgid.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
TypesConfig /etc/mime.types
ScriptSock HERE/cgi.sock
StartServers 2
MinSpareThreads 5
MaxSpareThreads 20
ThreadsPerChild 10
DocumentRoot HERE/site
ScriptAlias /cgi/ HERE/cgi/
ProxyPass /again/ http://127.0.0.1:PORT/
<Directory HERE>
	Require all granted
</Directory>
"""
CGI = "#!/bin/sh\necho Content-Type: text/plain; echo; echo $REQUEST_METHOD; cat\n"


@contextlib.contextmanager
def serve(stage):
    port = stage.port()
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    stage.file("cgi/echo", CGI, 0o755)
    for folder in ("site", "cgi"):
        os.chmod(stage.path(folder), 0o755)
    settings = stage.file("apache.conf", SETTINGS.replace("HERE", stage.here).replace("PORT", str(port)))
    with stage.serve("/usr/sbin/apache2", "-DFOREGROUND", "-f", settings, on=port, stop=signal.SIGTERM):
        yield port


def session(stage):
    with serve(stage) as port:
        for path in ("page.html", "again/page.html", "none", "cgi/echo"):
            stage.natively("curl", "-sS", f"http://127.0.0.1:{port}/{path}")
        stage.natively("curl", "-sS", "-d", "hello=1", f"http://127.0.0.1:{port}/cgi/echo")
        stage.natively("curl", "-sS", *[f"http://127.0.0.1:{port}/page.html"] * 20)


def load(stage):
    with serve(stage) as port:
        for path in ("/page.html", "/again/page.html", "/cgi/echo"):
            stage.run("/usr/bin/python3", stage.input("crowd.py"), "http", port, path, 60)
