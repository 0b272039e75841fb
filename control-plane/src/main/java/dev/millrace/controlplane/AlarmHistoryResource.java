package dev.millrace.controlplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What happened to an alarm; stays when the alarm is deleted.
///
/// @param name of the alarm
/// @param items newest first, at most [#MAX_ITEMS]
public record AlarmHistoryResource(String name, String arn, long revision, Instant createdAt, List<Item> items)
        implements Resource {
    static final int MAX_ITEMS = 200;

    /// @param type `ConfigurationUpdate`, `StateUpdate` or `Action`
    /// @param summary for people
    /// @param data the same for programs, as JSON
    public record Item(Instant at, String type, String summary, String data) {}

    public AlarmHistoryResource {
        items = List.copyOf(items);
    }

    /// With an item more; the oldest is forgotten when there are too many.
    public AlarmHistoryResource with(Item item) {
        var more = new ArrayList<Item>();
        more.add(item);
        more.addAll(items.subList(0, Math.min(items.size(), MAX_ITEMS - 1)));
        return new AlarmHistoryResource(name, arn, revision, createdAt, more);
    }

    /// Without what happened before then.
    public AlarmHistoryResource since(Instant oldest) {
        return new AlarmHistoryResource(
                name,
                arn,
                revision,
                createdAt,
                items.stream().filter(item -> !item.at().isBefore(oldest)).toList());
    }

    @Override
    public AlarmHistoryResource withRevision(long newRevision) {
        return new AlarmHistoryResource(name, arn, newRevision, createdAt, items);
    }
}
