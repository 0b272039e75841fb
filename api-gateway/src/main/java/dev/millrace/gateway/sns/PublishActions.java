package dev.millrace.gateway.sns;

import dev.millrace.controlplane.topic.PublishOperations;
import dev.millrace.controlplane.topic.PublishOperations.Entry;
import dev.millrace.controlplane.topic.PublishRequest;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Map;

/// The actions that publish.
final class PublishActions {
    private static final String ENTRIES = "PublishBatchRequestEntries";

    private final PublishOperations publishing;

    PublishActions(PublishOperations publishing) {
        this.publishing = publishing;
    }

    List<SnsAction> all() {
        return List.of(new SnsAction("Publish", this::publish), new SnsAction("PublishBatch", this::publishBatch));
    }

    private String publish(QueryParameters parameters) {
        if (parameters.optional("PhoneNumber") != null) {
            throw invalid("PhoneNumber Reason: SMS is not supported");
        }
        String topic = parameters.optional("TopicArn");
        String target = parameters.optional("TargetArn");
        if (topic != null && target != null) {
            throw invalid("Both TopicArn and TargetArn specified");
        }
        String arn = topic == null ? parameters.required(target == null ? "TopicArn" : "TargetArn") : topic;
        return SnsXml.element("MessageId", publishing.publish(arn, request(parameters)));
    }

    private String publishBatch(QueryParameters parameters) {
        List<Map.Entry<String, PublishRequest>> entries = parameters.members(ENTRIES).stream()
                .map(each -> Map.entry(each.required("Id"), request(each)))
                .toList();
        var successful = new StringBuilder();
        var failed = new StringBuilder();
        publishing.publishBatch(parameters.required("TopicArn"), entries).forEach((id, entry) -> {
            switch (entry) {
                case Entry.Published(String messageId) ->
                    successful.append(SnsXml.member(SnsXml.element("Id", id) + SnsXml.element("MessageId", messageId)));
                case Entry.Failed(String code, String message, boolean isSenderFault) ->
                    failed.append(SnsXml.member(SnsXml.element("Id", id)
                            + SnsXml.element("Code", code)
                            + SnsXml.element("Message", message)
                            + SnsXml.element("SenderFault", Boolean.toString(isSenderFault))));
            }
        });
        return "<Successful>" + successful + "</Successful><Failed>" + failed + "</Failed>";
    }

    private static PublishRequest request(QueryParameters parameters) {
        return new PublishRequest(
                parameters.orEmpty("Message"),
                parameters.optional("Subject"),
                parameters.optional("MessageStructure"),
                parameters.messageAttributes(),
                parameters.optional("MessageGroupId") != null || parameters.optional("MessageDeduplicationId") != null);
    }

    private static PlatformException invalid(String what) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + what);
    }
}
