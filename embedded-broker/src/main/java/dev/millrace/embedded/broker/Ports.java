package dev.millrace.embedded.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Free ports of the loopback interface.
final class Ports {
    private Ports() {}

    /// The port itself when it is free, or any free one for 0.
    ///
    /// @throws StartFailure when the port is in use
    static int free(int wanted) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new StartFailure(
                    StartFailure.PORT,
                    "port " + wanted + " of " + BrokerSettings.HOST + " cannot be used (" + e.getMessage()
                            + "): stop what listens there, or choose another with --port");
        } catch (IOException e) {
            throw new UncheckedIOException("no socket", e);
        }
    }
}
