package dev.millrace.controlplane;

import org.jspecify.annotations.Nullable;

/// What makes an endpoint answer asynchronously: where results go and who is told.
///
/// @param outputPath null: results go to the platform's bucket
/// @param failurePath null: failures go where outputs go
/// @param kmsKeyId kept without effect
/// @param successTopic ARN of the topic told of completions, or null
/// @param errorTopic ARN of the topic told of failures, or null
/// @param includeResponseInSuccess whether small outputs ride in notifications of completion
/// @param includeResponseInError whether they ride in notifications of failure
/// @param maxConcurrentInvocationsPerInstance null: the platform chooses
/// @param resultTopic the Kafka topic that results are also written to, or null
public record AsyncInferenceConfig(
        @Nullable OutputPath outputPath,
        @Nullable OutputPath failurePath,
        @Nullable String kmsKeyId,
        @Nullable String successTopic,
        @Nullable String errorTopic,
        boolean includeResponseInSuccess,
        boolean includeResponseInError,
        @Nullable Integer maxConcurrentInvocationsPerInstance,
        @Nullable String resultTopic) {}
