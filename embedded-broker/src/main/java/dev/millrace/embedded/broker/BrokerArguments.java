package dev.millrace.embedded.broker;

import java.nio.file.Path;

/// What the broker is told on its command line.
///
/// @param data the folder of the log, made and formatted when it is new
/// @param port where clients connect on the loopback interface; 0 picks a free one
record BrokerArguments(Path data, int port) {
    static final String USAGE = "usage: --data DIR [--port N]";

    /// @throws IllegalArgumentException with a message for the user
    static BrokerArguments parse(String... arguments) {
        Path data = null;
        int port = 0;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + ": no value; " + USAGE);
            }
            switch (arguments[i]) {
                case "--data" -> data = Path.of(arguments[i + 1]).toAbsolutePath();
                case "--port" -> port = port(arguments[i + 1]);
                default -> throw new IllegalArgumentException(arguments[i] + ": unknown; " + USAGE);
            }
        }
        if (data == null) {
            throw new IllegalArgumentException("--data: not given; " + USAGE);
        }
        return new BrokerArguments(data, port);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Refused below with the same words.
        }
        throw new IllegalArgumentException("--port: " + text + " (expected: 0 to 65535)");
    }
}
