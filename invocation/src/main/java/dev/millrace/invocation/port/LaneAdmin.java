package dev.millrace.invocation.port;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes, measures, trims and removes lanes.
public interface LaneAdmin extends AutoCloseable {
    /// Where a lane stands.
    ///
    /// @param start the oldest record that is not finished
    /// @param end the offset that the next record gets
    /// @param backlog records that wait or are being run
    record LanePosition(long start, long end, long backlog) {}

    /// Makes the lanes ready for their first record; those that exist stay as they are.
    void create(Collection<LaneId> lanes);

    /// Removes the lanes with their groups, settings and records; those that are gone are no error. Their
    /// consumers
    /// must
    /// have left.
    void delete(Collection<LaneId> lanes);

    /// Every lane that there is.
    Set<LaneId> list();

    /// Where the lane stands, or empty when the broker cannot say yet.
    Optional<LanePosition> position(LaneId lane);

    /// Deletes the records below the given offsets; a wrong offset loses records without a sound, so only the
    /// trimmer
    /// calls this, with what it has read from [#position].
    void trim(Map<LaneId, Long> below);

    /// The record at that offset, or empty when it was trimmed or cannot be read as a request.
    Optional<InferenceRequest> read(LaneId lane, long offset);

    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` with the cause
    void check();

    @Override
    void close();
}
