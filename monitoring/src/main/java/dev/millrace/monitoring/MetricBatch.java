package dev.millrace.monitoring;

import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import java.util.ArrayList;
import java.util.List;

/// Samples as they travel: one record of the metrics' topic.
public record MetricBatch(List<MetricSample> samples) {
    public static final Codec<MetricBatch> CODEC = Json.codec(MetricBatch.class);

    /// Characters, of names and numbers: so that a record stays well below the broker's limit of 1 MB.
    private static final int MAX_SIZE = 200_000;

    private static final int NUMBERS = 200;
    private static final int BUCKET = 30;

    public MetricBatch {
        samples = List.copyOf(samples);
    }

    /// Samples in as many batches as they need.
    static List<MetricBatch> of(List<MetricSample> samples) {
        var batches = new ArrayList<MetricBatch>();
        var batch = new ArrayList<MetricSample>();
        int size = 0;
        for (MetricSample sample : samples) {
            int more = size(sample);
            if (size + more > MAX_SIZE && !batch.isEmpty()) {
                batches.add(new MetricBatch(batch));
                batch.clear();
                size = 0;
            }
            batch.add(sample);
            size += more;
        }
        if (!batch.isEmpty()) {
            batches.add(new MetricBatch(batch));
        }
        return batches;
    }

    private static int size(MetricSample sample) {
        MetricKey key = sample.metric();
        int dimensions = key.dimensions().entrySet().stream()
                .mapToInt(each -> each.getKey().length() + each.getValue().length())
                .sum();
        int buckets = sample.values().distribution().buckets().size();
        return NUMBERS + key.namespace().length() + key.name().length() + dimensions + BUCKET * buckets;
    }
}
