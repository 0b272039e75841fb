package dev.millrace.invocation;

import java.util.regex.Pattern;

/// Which Kafka topics may take results: any name that Kafka allows, the platform's own topics and Kafka's left out.
public final class ResultTopics {
    private static final int MAX_LENGTH = 249;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]+");

    private ResultTopics() {}

    public static boolean isAllowed(String topic) {
        return topic.length() <= MAX_LENGTH && NAME.matcher(topic).matches() && !isReserved(topic);
    }

    public static boolean isReserved(String topic) {
        return topic.startsWith("millrace.")
                || topic.startsWith("dlq.")
                || topic.startsWith("__")
                || topic.equals(".")
                || topic.equals("..");
    }
}
