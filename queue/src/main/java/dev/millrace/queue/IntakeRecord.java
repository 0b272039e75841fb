package dev.millrace.queue;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.codec.WireRecord;
import java.time.Instant;

/// A record that a Kafka producer wrote to an endpoint's intake topic.
///
/// @param place topic, partition and offset as one text: the same for the same record, whenever it is read
/// @param writtenAt by the record's own timestamp
/// @param mayBeRepeat whether an earlier reader may have taken it already
/// @param wire header names in lower case
public record IntakeRecord(
        EndpointName endpoint, String place, Instant writtenAt, boolean mayBeRepeat, WireRecord wire) {}
