package dev.millrace.monitoring;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adds what is recorded up per metric and slot until it is drained. Thread-safe.
final class MetricAggregator implements MetricRecorder {
    private record Slot(MetricKey metric, Unit unit, Instant at) {}

    private final InstantSource clock;
    private final int maxSlots;
    private final Runnable onDropped;
    private final Map<Slot, Accumulator> slots = new HashMap<>();

    /// @param maxSlots metrics of ten seconds each that are held at most
    /// @param onDropped told of each value that was one too many
    MetricAggregator(InstantSource clock, int maxSlots, Runnable onDropped) {
        this.clock = clock;
        this.maxSlots = maxSlots;
        this.onDropped = onDropped;
    }

    @Override
    public void record(MetricKey key, Unit unit, StatisticSet values) {
        record(key, unit, values, clock.instant());
    }

    void record(MetricKey key, Unit unit, StatisticSet values, Instant at) {
        var slot = new Slot(key, unit, MetricSample.slotOf(at));
        synchronized (this) {
            Accumulator known = slots.get(slot);
            if (known == null) {
                if (slots.size() >= maxSlots) {
                    onDropped.run();
                    return;
                }
                known = new Accumulator();
                slots.put(slot, known);
            }
            known.add(values);
        }
    }

    /// Takes out every slot that began before `end`.
    synchronized List<MetricSample> drain(Instant end) {
        var drained = new ArrayList<MetricSample>();
        slots.entrySet().removeIf(entry -> {
            Slot slot = entry.getKey();
            if (!slot.at().isBefore(end)) {
                return false;
            }
            drained.add(new MetricSample(
                    slot.metric(), slot.unit(), slot.at(), entry.getValue().total()));
            return true;
        });
        return drained;
    }
}
