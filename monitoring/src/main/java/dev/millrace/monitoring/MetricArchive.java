package dev.millrace.monitoring;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The metrics of past hours, each hour one object of statistic sets of a minute. Every call blocks;
/// thread-safe.
public final class MetricArchive {
    private static final long MAX_OBJECT = 64L << 20;
    private static final int MAX_DOCUMENT = 256 << 20;
    private static final int PAGE = 1000;

    private final ObjectStore store;
    private final PlatformObjects objects;

    public MetricArchive(ObjectStore store, PlatformObjects objects) {
        this.store = store;
        this.objects = objects;
    }

    /// The statistic sets of an hour; empty when the hour was not archived.
    Optional<List<MetricSample>> read(Instant hour) {
        return store.get(objects.metrics(hour), MAX_OBJECT)
                .map(object -> unpacked(object.body().bytes()).samples());
    }

    boolean isArchived(Instant hour) {
        return store.head(objects.metrics(hour)).isPresent();
    }

    /// Writes an hour, unless it is there: what a process does twice is the same.
    void write(Instant hour, List<MetricSample> minutes) {
        var _ = store.put(
                objects.metrics(hour),
                Payload.of(packed(new MetricBatch(minutes))),
                ObjectAttributes.NONE,
                WriteCondition.IF_ABSENT);
    }

    /// Deletes what is older.
    ///
    /// @return how many objects were deleted
    public int sweep(Instant before) {
        int deleted = 0;
        // Keys sort by time.
        String end = objects.metrics(before.truncatedTo(ChronoUnit.HOURS)).key();
        while (true) {
            List<ObjectInfo> page = store.list(objects.bucket(), PlatformObjects.METRICS, "");
            for (ObjectInfo info : page) {
                ObjectLocation at = info.location();
                if (at.key().compareTo(end) >= 0) {
                    return deleted;
                }
                store.delete(at);
                deleted++;
            }
            if (page.size() < PAGE) {
                return deleted;
            }
        }
    }

    private byte[] packed(MetricBatch batch) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(MetricBatch.CODEC.encode(batch));
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written", e);
        }
        return bytes.toByteArray();
    }

    private MetricBatch unpacked(byte[] bytes) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return MetricBatch.CODEC.decode(in.readNBytes(MAX_DOCUMENT)).orElseThrow();
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.INTERNAL_FAILURE, "an hour of metrics cannot be read", e);
        }
    }
}
