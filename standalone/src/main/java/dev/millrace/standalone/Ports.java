package dev.millrace.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where an all-in-one listens, all on loopback.
///
/// @param api the gateway
/// @param store S3
/// @param broker Kafka
/// @param management health and metrics
record Ports(int api, int store, int broker, int management) {
    private static final Ports DEFAULT = new Ports(8080, 9000, 9092, 9090);

    /// The default ports, with another one for the API when asked for.
    ///
    /// @throws UsageException naming the first port that is taken
    static Ports fixed(int api) {
        var ports = new Ports(api, DEFAULT.store, DEFAULT.broker, DEFAULT.management);
        ports.named().forEach((name, port) -> {
            if (!isFree(port)) {
                throw new UsageException("port " + port + " (" + name + ") is in use: stop what listens there, or "
                        + (name.equals("API") ? "choose another with --port" : "use --free-ports"));
            }
        });
        return ports;
    }

    /// The default ports where they are free, free ones in place of the others.
    static Ports free() {
        return free(DEFAULT.api);
    }

    static Ports free(int api) {
        return new Ports(orFree(api), orFree(DEFAULT.store), orFree(DEFAULT.broker), orFree(DEFAULT.management));
    }

    private Map<String, Integer> named() {
        var named = new LinkedHashMap<String, Integer>();
        named.put("API", api);
        named.put("S3 store", store);
        named.put("Kafka broker", broker);
        named.put("management", management);
        return named;
    }

    private static int orFree(int port) {
        if (isFree(port)) {
            return port;
        }
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UsageException("no free port on loopback: " + e.getMessage());
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
