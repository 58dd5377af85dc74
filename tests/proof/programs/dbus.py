"""dbus: a bus of its own, asked by dbus-send: credentials and descriptors over Unix sockets, an activated service."""

PACKAGES = ["dbus-daemon", "dbus-bin"]

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={bus}</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""
SERVICE = "[D-BUS Service]\nName=org.example.Quits\nExec=/bin/false\n"


def session(stage):
    bus = stage.path("bus")
    stage.file("services/quits.service", SERVICE)
    configuration = stage.file("bus.conf", CONFIGURATION.format(bus=bus, services=stage.path("services")))
    ask = ["dbus-send", f"--bus=unix:path={bus}", "--print-reply=literal", "--reply-timeout=100000", "--type=method_call"]
    driver = ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
    with stage.serve("dbus-daemon", f"--config-file={configuration}", "--nofork", on=bus):
        stage.run(*ask, *driver, "org.freedesktop.DBus.ListActivatableNames")
        stage.run(*ask, *driver, "org.freedesktop.DBus.NameHasOwner", "string:org.example.Nobody")
        stage.run(*ask, *driver, "org.freedesktop.DBus.GetConnectionUnixUser", "string:org.freedesktop.DBus")
        stage.run(*ask, "--dest=org.example.Quits", "/", "org.example.Quits.Ask")
