package dev.millrace.embedded.broker;

import java.nio.file.Path;

/// What the broker is told on its command line.
///
/// @param data the folder of the log, made and formatted when it is new
/// @param port where it listens on the loopback interface; 0 picks a free one
/// @param advertised the port that clients are told to connect to, such as a proxy's; 0 is the same as `port`
record BrokerArguments(Path data, int port, int advertised) {
    static final String USAGE = "usage: --data DIR [--port N] [--advertise N]";

    /// @throws IllegalArgumentException with a message for the user
    static BrokerArguments parse(String... arguments) {
        Path data = null;
        int port = 0;
        int advertised = 0;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + ": no value; " + USAGE);
            }
            switch (arguments[i]) {
                case "--data" -> data = Path.of(arguments[i + 1]).toAbsolutePath();
                case "--port" -> port = port(arguments[i], arguments[i + 1]);
                case "--advertise" -> advertised = port(arguments[i], arguments[i + 1]);
                default -> throw new IllegalArgumentException(arguments[i] + ": unknown; " + USAGE);
            }
        }
        if (data == null) {
            throw new IllegalArgumentException("--data: not given; " + USAGE);
        }
        return new BrokerArguments(data, port, advertised);
    }

    private static int port(String option, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Refused below with the same words.
        }
        throw new IllegalArgumentException(option + ": " + text + " (expected: 0 to 65535)");
    }
}
