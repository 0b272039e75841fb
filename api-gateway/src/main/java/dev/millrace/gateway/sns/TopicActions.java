package dev.millrace.gateway.sns;

import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.topic.Page;
import dev.millrace.controlplane.topic.TopicOperations;
import java.util.List;

/// The actions on topics.
final class TopicActions {
    private final TopicOperations topics;

    TopicActions(TopicOperations topics) {
        this.topics = topics;
    }

    List<SnsAction> all() {
        return List.of(
                new SnsAction("CreateTopic", this::create),
                new SnsAction("DeleteTopic", this::delete),
                new SnsAction("ListTopics", this::list));
    }

    private String create(QueryParameters parameters) {
        TopicResource topic =
                topics.createTopic(parameters.required("Name"), parameters.map("Attributes"), parameters.tags());
        return SnsXml.element("TopicArn", topic.arn());
    }

    private String delete(QueryParameters parameters) {
        topics.deleteTopic(parameters.required("TopicArn"));
        return SnsXml.NO_RESULT;
    }

    private String list(QueryParameters parameters) {
        Page<TopicResource> page = topics.listTopics(parameters.optional("NextToken"));
        return SnsXml.list("Topics", page, topic -> SnsXml.element("TopicArn", topic.arn()));
    }
}
