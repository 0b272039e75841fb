package dev.millrace.standalone;

import java.util.Map;

/// What an all-in-one is started with.
///
/// @param settings of the user's file, by key; what the all-in-one must set itself wins over them
/// @param ports where it listens
record AllInOneOptions(Ports ports, Map<String, String> settings) {
    AllInOneOptions {
        settings = Map.copyOf(settings);
    }
}
