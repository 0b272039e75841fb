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
                new SnsAction("ListTopics", this::list),
                new SnsAction("GetTopicAttributes", this::attributes),
                new SnsAction("SetTopicAttributes", this::setAttribute),
                new SnsAction("TagResource", this::tag),
                new SnsAction("UntagResource", this::untag),
                new SnsAction("ListTagsForResource", this::tags));
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

    private String attributes(QueryParameters parameters) {
        return SnsXml.map("Attributes", topics.attributes(parameters.required("TopicArn")));
    }

    private String setAttribute(QueryParameters parameters) {
        topics.setAttribute(
                parameters.required("TopicArn"),
                parameters.required("AttributeName"),
                parameters.orEmpty("AttributeValue"));
        return SnsXml.NO_RESULT;
    }

    private String tag(QueryParameters parameters) {
        topics.tag(parameters.required("ResourceArn"), parameters.tags());
        return SnsXml.NO_RESULT;
    }

    private String untag(QueryParameters parameters) {
        topics.untag(parameters.required("ResourceArn"), parameters.list("TagKeys"));
        return SnsXml.NO_RESULT;
    }

    private String tags(QueryParameters parameters) {
        var tags = new StringBuilder();
        topics.tags(parameters.required("ResourceArn"))
                .forEach((key, value) ->
                        tags.append(SnsXml.member(SnsXml.element("Key", key) + SnsXml.element("Value", value))));
        return "<Tags>" + tags + "</Tags>";
    }
}
