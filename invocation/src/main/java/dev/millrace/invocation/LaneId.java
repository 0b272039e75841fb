package dev.millrace.invocation;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One lane of a queue: one topic of one partition, consumed by one share group of the same name.
///
/// A queue serves one generation of one endpoint and has a real-time lane and one or more asynchronous ones.
///
/// @param index 0 for the first lane of its kind; further ones are opened when a window fills
public record LaneId(EndpointName endpoint, GenerationId generation, Kind kind, int index) {
    private static final Pattern TOPIC =
            Pattern.compile("millrace\\.q\\.([A-Za-z0-9-]+)\\.([a-z0-9]+)\\.(rt|async)([0-9]+)");

    /// Who waits for the records of a lane.
    public enum Kind {
        /// A caller waits on an open connection: served first.
        REAL_TIME("rt"),
        ASYNCHRONOUS("async");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    public LaneId {
        if (index < 0) {
            throw new IllegalArgumentException("lane index: " + index + " (expected: >= 0)");
        }
    }

    /// The lanes that a new queue has.
    public static List<LaneId> initial(EndpointName endpoint, GenerationId generation) {
        return List.of(
                new LaneId(endpoint, generation, Kind.REAL_TIME, 0),
                new LaneId(endpoint, generation, Kind.ASYNCHRONOUS, 0));
    }

    /// The name of the topic, and of the share group that consumes it.
    public String topic() {
        return "millrace.q." + endpoint + "." + generation + "." + kind.label() + index;
    }

    /// The lane whose topic has that name, or empty when it is no lane's.
    public static Optional<LaneId> ofTopic(String topic) {
        Matcher matcher = TOPIC.matcher(topic);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Kind kind = matcher.group(3).equals(Kind.REAL_TIME.label()) ? Kind.REAL_TIME : Kind.ASYNCHRONOUS;
        try {
            var lane = new LaneId(
                    new EndpointName(matcher.group(1)),
                    new GenerationId(matcher.group(2)),
                    kind,
                    Integer.parseInt(matcher.group(4)));
            return lane.topic().equals(topic) ? Optional.of(lane) : Optional.empty();
        } catch (PlatformException | NumberFormatException _) {
            return Optional.empty(); // a topic of someone else's that looks like one of ours
        }
    }

    @Override
    public String toString() {
        return topic();
    }
}
