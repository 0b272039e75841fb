package dev.millrace.model.internal.codec;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A media type with its parameters, both in lower case but for the parameters' values.
record MediaType(String type, Map<String, String> parameters) {
    private static final int MAX_CHARACTERS = 1024;

    MediaType {
        parameters = Map.copyOf(parameters);
    }

    /// Reads one media type, or nothing when it is none.
    static Optional<MediaType> parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        String[] parts = text.split(";", -1);
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        int slash = type.indexOf('/');
        if (slash < 1 || slash != type.lastIndexOf('/') || slash == type.length() - 1 || type.indexOf(' ') >= 0) {
            return Optional.empty();
        }
        var parameters = new LinkedHashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                String value = parts[i].substring(equals + 1).strip();
                boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                parameters.putIfAbsent(
                        parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        isQuoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return Optional.of(new MediaType(type, parameters));
    }

    String parameter(String name, String byDefault) {
        return parameters.getOrDefault(name, byDefault);
    }

    /// The weight in an `Accept` header; a bad one counts as 1.
    double quality() {
        try {
            return Math.clamp(Double.parseDouble(parameter("q", "1")), 0, 1);
        } catch (NumberFormatException _) {
            return 1;
        }
    }

    /// Whether this range, as `text/*` or `*/*`, includes a type.
    boolean includes(String other) {
        return type.equals("*/*")
                || type.equals(other)
                || (type.endsWith("/*") && other.startsWith(type.substring(0, type.length() - 1)));
    }
}
