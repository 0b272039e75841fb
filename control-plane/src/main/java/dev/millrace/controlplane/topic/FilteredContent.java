package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.SubscriptionResource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A publication as filter policies see it; its body is read as JSON once for each protocol. Not thread-safe.
final class FilteredContent {
    private static final JsonMapper JSON = new JsonMapper();

    private final Publication publication;
    private final Map<SubscriptionProtocol, Optional<JsonNode>> bodies = new EnumMap<>(SubscriptionProtocol.class);

    FilteredContent(Publication publication) {
        this.publication = publication;
    }

    boolean isWantedBy(SubscriptionResource subscription) {
        Optional<FilterPolicy> policy = SubscriptionAttributes.filter(subscription.attributes());
        return policy.isEmpty()
                || switch (SubscriptionAttributes.scope(subscription.attributes())) {
                    case MESSAGE_ATTRIBUTES -> policy.get().accepts(publication.attributes());
                    case MESSAGE_BODY ->
                        SubscriptionProtocol.of(subscription.protocol())
                                .flatMap(protocol -> bodies.computeIfAbsent(protocol, this::body))
                                .filter(policy.get()::accepts)
                                .isPresent();
                };
    }

    private Optional<JsonNode> body(SubscriptionProtocol protocol) {
        try {
            return Optional.of(JSON.readTree(publication.text().of(protocol)));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
