using static MqttPay.Host.Codes.CodeEntry;

namespace MqttPay.Host.Codes;

/// <summary>MP6nnn: batch ingest and ledger.</summary>
internal static class IngestCodes
{
    public static IEnumerable<CodeEntry> Entries { get; } =
    [
        new(6001, "batch_posted", Severity.Info, null, None, "200", Retry.NotApplicable,
            "A batch was verified and posted; its acknowledgement is signed.",
            "Nothing."),
        new(6002, "batch_known", Severity.Info, null, None, "200", Retry.NotApplicable,
            "The batch was posted before; the same acknowledgement was given again.",
            "Nothing: this is what a lost answer looks like."),
        new(6003, "batch_gap", Severity.Warning, null, None, "409", Retry.NewRequest,
            "The batch does not follow the last accepted round; the answer names the next one.",
            "The edge sends again from there; if it cannot, its journal was lost."),
        new(6004, "batch_fork", Severity.Critical, null, None, "409", Retry.Never,
            "The edge sent another history for a round that is already accepted.",
            "Treat the edge as restored or cloned: it freezes and gets a new fence."),
        new(6005, "batch_malformed", Severity.Error, null, None, "422", Retry.Never,
            "The batch's bytes break the wire format, or its last leaf is no seal.",
            "Keep the quarantined batch and compare the versions of edge and cloud."),
        new(6006, "batch_signature", Severity.Critical, null, None, "422", Retry.Never,
            "A round is not signed by this edge's key.",
            "Find out who sent it: the edge's key or its API key is in other hands."),
        new(6007, "batch_tree", Severity.Critical, null, None, "422", Retry.Never,
            "A round's tree or previous root is not what its leaves and its predecessor give.",
            "Keep the quarantined batch: it was changed after signing, or the edge is broken."),
        new(6008, "batch_totals", Severity.Error, null, None, "422", Retry.Never,
            "The totals of the seal are not those of its rounds.",
            "Keep the quarantined batch and compare the versions of edge and cloud."),
        new(6009, "batch_wrong_edge", Severity.Error, null, None, "422", Retry.Never,
            "The batch is of another edge or fence than the one that sends it.",
            "Check the edge's credentials; after a new fence the edge must apply it first."),
        new(6010, "record_refused", Severity.Error, null, None, None, Retry.Never,
            "A record inside a good batch did not match; it is booked in its category and holds up nothing.",
            "Look at the break with recon explain."),
        new(6011, "ledger_refused", Severity.Critical, null, None, "422", Retry.Never,
            "The database's constraints refused what the core had allowed; the edge is frozen.",
            "Keep batch and database, and run ledger prove: core and constraints must never disagree."),
        new(6012, "schema_too_new", Severity.Error, null, None, None, Retry.Later,
            "The database was migrated by a newer release.",
            "Start that release; migrations only go forward."),
        new(6013, "batch_refused", Severity.Error, null, None, "422", Retry.Never,
            "A batch was refused whole; the line names the code of the reason.",
            "The edge keeps it in quarantine; explain that code."),
        new(6020, "ingest_retried", Severity.Warning, null, None, None, Retry.NotApplicable,
            "A batch met another one in the database and is posted again from the start.",
            "Nothing, unless it happens all the time."),
        new(6021, "ingest_waits", Severity.Error, null, None, "503", Retry.Later,
            "The database does not answer or has no room; the batch waits at the edge.",
            "Look at the database; the edge sends the same bytes again."),
        new(6022, "follow_up_pending", Severity.Warning, null, None, None, Retry.Later,
            "The batch is posted; what follows from it is not finished and is tried again.",
            "Look at the fault in the line if it goes on."),
    ];
}
