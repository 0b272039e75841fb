package dev.millrace.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Where an all-in-one listens, all on loopback.
///
/// @param api the gateway
/// @param store S3
/// @param broker Kafka
/// @param management health and metrics
record Ports(int api, int store, int broker, int management) {
    private static final String API = "API";
    private static final int MAX_TRIES = 10;
    private static final Ports DEFAULT = new Ports(8080, 9000, 9092, 9090);

    /// The default ports, with another one for the API when asked for.
    ///
    /// @throws UsageException naming the first port that is taken
    static Ports fixed(int api) {
        requirePort(api);
        var ports = new Ports(api, DEFAULT.store, DEFAULT.broker, DEFAULT.management);
        ports.named().forEach((name, port) -> {
            if (!name.equals(API) && port == api) {
                throw new UsageException("port " + api + " is the one of the " + name
                        + ": choose another with --port, or use --free-ports");
            }
        });
        ports.named().forEach((name, port) -> {
            if (!isFree(port)) {
                throw new UsageException("port " + port + " (" + name + ") is in use: stop what listens there, or "
                        + (name.equals(API) ? "choose another with --port" : "use --free-ports"));
            }
        });
        return ports;
    }

    /// The default ports where they are free and no other all-in-one is about to take them, free ones in place of
    /// the others.
    static Ports free() {
        return free(DEFAULT.api);
    }

    static Ports free(int api) {
        requirePort(api);
        var taken = new HashSet<Integer>();
        return new Ports(
                orFree(api, taken),
                orFree(DEFAULT.store, taken),
                orFree(DEFAULT.broker, taken),
                orFree(DEFAULT.management, taken));
    }

    private Map<String, Integer> named() {
        var named = new LinkedHashMap<String, Integer>();
        named.put(API, api);
        named.put("S3 store", store);
        named.put("Kafka broker", broker);
        named.put("management", management);
        return named;
    }

    /// @param taken by the others; the answer is added
    private static int orFree(int port, Set<Integer> taken) {
        if (!taken.contains(port) && isFree(port) && PortClaims.claim(port)) {
            taken.add(port);
            return port;
        }
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (taken.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UsageException("no free port on loopback: " + e.getMessage());
            }
        }
        throw new UsageException("no free port on loopback");
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new UsageException("--port " + port + " is no port: give one from 1 to 65535");
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
