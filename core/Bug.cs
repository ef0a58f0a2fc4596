namespace MqttPay;

/// <summary>The planted bugs, by the numbers of their catalogue.</summary>
public enum Bug
{
    /// <summary>A final reply leaves with the append.</summary>
    P1 = 1,
    /// <summary>Acknowledged before the round is durable.</summary>
    P2 = 2,
    /// <summary>The shell says durable before the sync.</summary>
    P3 = 3,
    /// <summary>Recovery passes over a bad frame in the middle.</summary>
    P6 = 6,
    /// <summary>No checksum of frames.</summary>
    P7 = 7,
    /// <summary>Recovery does not compute a round's tree again.</summary>
    P8 = 8,
    /// <summary>Headroom is off by one minor unit.</summary>
    P13 = 13,
    /// <summary>Names are not rebuilt at a start.</summary>
    P14 = 14,
    /// <summary>Sameness by name only.</summary>
    P16 = 16,
    /// <summary>A conflict is recorded before its signature is checked.</summary>
    P17 = 17,
    /// <summary>What the signature check said is ignored.</summary>
    P18 = 18,
    /// <summary>The edge in the request is not checked.</summary>
    P19 = 19,
    /// <summary>A sequence far ahead moves the newest.</summary>
    P20 = 20,
    /// <summary>A refund refills the lease.</summary>
    P22 = 22,
    /// <summary>The cloud returns an old lease's remainder.</summary>
    P23 = 23,
    /// <summary>Elapsed time starts at 0 after a restart.</summary>
    P25 = 25,
    /// <summary>Drift and guard are left out of spending time.</summary>
    P26 = 26,
    /// <summary>A grant is applied twice.</summary>
    P28 = 28,
    /// <summary>What is given back goes to another lease.</summary>
    P29 = 29,
    /// <summary>A newer receipt is ignored.</summary>
    P30 = 30,
    /// <summary>A witness is believed without its MAC.</summary>
    P31 = 31,
    /// <summary>The incarnation starts again.</summary>
    P32 = 32,
    /// <summary>Leases of an old fence can still be spent.</summary>
    P33 = 33,
    /// <summary>An older policy replaces a newer one.</summary>
    P34 = 34,
    /// <summary>A proof that leads nowhere is accepted.</summary>
    P35 = 35,
    /// <summary>An increment is counted twice.</summary>
    P37 = 37,
    /// <summary>Vouchers count by arrival.</summary>
    P38 = 38,
    /// <summary>A hold ends without its event.</summary>
    P39 = 39,
    /// <summary>The inbox has no bound.</summary>
    P40 = 40,
    /// <summary>The default mask comes before the online one.</summary>
    P44 = 44,
    /// <summary>An acknowledgement of another root is accepted.</summary>
    P45 = 45,
    /// <summary>What was posted before is posted again.</summary>
    P46 = 46,
    /// <summary>The cloud looks for no duplicates.</summary>
    P47 = 47,
    /// <summary>Rows and chain head are two transactions.</summary>
    P48 = 48,
    /// <summary>A batch's previous root is not checked.</summary>
    P49 = 49,
    /// <summary>The cloud believes an edge that a signature was good.</summary>
    P51 = 51,
    /// <summary>A forced reclaim without edge_loss.</summary>
    P52 = 52,
}
