package dev.millrace.controller;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.LaneAdmin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the requests that the broker gave up on after every delivery killed a worker.
///
/// Every controller reads all dead letters, from the oldest kept on, and handles those of its endpoints.
/// One whose original is trimmed was handled before, since nothing trims past one that was not; handling
/// one again changes nothing. Thread-safe.
final class DeadLetterHandler implements Feed.Listener<DeadLetter> {
    private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetterHandler.class);
    private static final int AT_ONCE = 100;

    private final LaneAdmin lanes;
    private final RequestFailures failures;
    private final CrashReasons reasons;
    private final Predicate<LaneId> isOurs;

    /// Delivery count by offset of what is not handled yet.
    private final Map<LaneId, TreeMap<Long, Integer>> unhandled = new HashMap<>();

    /// Offsets of what is handled and may still be read.
    private final Map<LaneId, TreeSet<Long>> handled = new HashMap<>();

    DeadLetterHandler(LaneAdmin lanes, RequestFailures failures, CrashReasons reasons, Predicate<LaneId> isOurs) {
        this.lanes = lanes;
        this.failures = failures;
        this.reasons = reasons;
        this.isOurs = isOurs;
    }

    @Override
    public synchronized void onDocument(String key, @Nullable DeadLetter letter) {
        if (letter == null) {
            return;
        }
        Optional<LaneId> lane = LaneId.ofTopic(letter.topic()).filter(isOurs);
        if (lane.isPresent()
                && !handled.getOrDefault(lane.get(), new TreeSet<>()).contains(letter.offset())) {
            unhandled.computeIfAbsent(lane.get(), _ -> new TreeMap<>()).put(letter.offset(), letter.deliveryCount());
            notifyAll();
        }
    }

    /// The lowest dead letter of each lane that is not handled.
    synchronized Map<LaneId, Long> lowestUnhandled() {
        var lowest = new HashMap<LaneId, Long>();
        unhandled.forEach((lane, letters) -> lowest.put(lane, letters.firstKey()));
        return lowest;
    }

    /// What lies below those offsets is gone and need not be remembered.
    synchronized void trimmed(Map<LaneId, Long> below) {
        below.forEach((lane, offset) -> {
            TreeSet<Long> offsets = handled.get(lane);
            if (offsets != null) {
                offsets.headSet(offset).clear();
            }
        });
    }

    /// Forgets everything of lanes that are no longer ours.
    synchronized void forgetOthers() {
        unhandled.keySet().removeIf(isOurs.negate());
        handled.keySet()
                .removeIf(lane -> !isOurs.test(lane)
                        || handled.getOrDefault(lane, new TreeSet<>()).isEmpty());
    }

    /// Waits until there is something to handle, and handles up to 100 dead letters.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when the store or the broker is out of reach; what was
    ///     not
    ///     handled stays
    void handle() throws InterruptedException {
        record Letter(LaneId lane, long offset, int deliveryCount) {}
        var due = new ArrayList<Letter>();
        synchronized (this) {
            while (unhandled.isEmpty()) {
                wait();
            }
            unhandled.forEach(
                    (lane, letters) -> letters.forEach((offset, count) -> due.add(new Letter(lane, offset, count))));
        }
        for (Letter letter : due.subList(0, Math.min(AT_ONCE, due.size()))) {
            if (isOurs.test(letter.lane())) {
                handle(letter.lane(), letter.offset(), letter.deliveryCount());
            }
            done(letter.lane(), letter.offset());
        }
    }

    private void handle(LaneId lane, long offset, int deliveryCount) {
        Optional<InferenceRequest> request = lanes.read(lane, offset);
        if (request.isEmpty()) {
            LOGGER.atDebug()
                    .addKeyValue("topic", lane.topic())
                    .addKeyValue("offset", offset)
                    .log("dead letter without a readable original");
            return;
        }
        String reason = reasons.last(GenerationKey.of(lane)).orElse("not known");
        var _ = failures.end(
                request.get(),
                deliveryCount,
                ErrorCode.MODEL_CRASHED,
                "the worker died on this request " + deliveryCount + " times, last reason: " + reason,
                () -> true);
        LOGGER.atWarn()
                .addKeyValue("invocationId", request.get().invocationId())
                .addKeyValue("endpoint", lane.endpoint())
                .addKeyValue("topic", lane.topic())
                .addKeyValue("offset", offset)
                .addKeyValue("deliveryCount", deliveryCount)
                .addKeyValue("error", reason)
                .log("poison request failed for good");
    }

    private synchronized void done(LaneId lane, long offset) {
        handled.computeIfAbsent(lane, _ -> new TreeSet<>()).add(offset);
        TreeMap<Long, Integer> letters = unhandled.get(lane);
        if (letters != null) {
            letters.remove(offset);
            if (letters.isEmpty()) {
                unhandled.remove(lane);
            }
        }
    }
}
