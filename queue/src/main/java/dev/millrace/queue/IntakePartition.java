package dev.millrace.queue;

import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/// How far one partition of an intake topic is taken. Used by one thread.
///
/// Records run side by side within a window of offsets, so whoever has the partition next knows how many of
/// its first
/// records may have been taken before.
final class IntakePartition {
    private static final int WINDOW = 256;

    /// A poll may bring so many more than the window had room for.
    private static final int POLL = 100;

    private final TopicPartition partition;
    private final TreeSet<Long> running = new TreeSet<>();
    private final long unsureBelow;
    private long next;
    private long committed;

    /// @param start the group's offset, from which this member goes on
    IntakePartition(TopicPartition partition, long start) {
        this.partition = partition;
        this.next = start;
        this.committed = start;
        this.unsureBelow = start + WINDOW + POLL;
    }

    TopicPartition partition() {
        return partition;
    }

    boolean mayBeRepeat(long offset) {
        return offset < unsureBelow;
    }

    boolean hasRoom() {
        return next - committed < WINDOW;
    }

    void begin(long offset) {
        running.add(offset);
        next = offset + 1;
    }

    void finish(long offset) {
        running.remove(offset);
    }

    /// Everything below is taken.
    long taken() {
        return running.isEmpty() ? next : running.first();
    }

    boolean hasNews() {
        return taken() > committed;
    }

    boolean isQuiet() {
        return running.isEmpty();
    }

    void committed(long offset) {
        committed = Math.max(committed, offset);
    }
}
