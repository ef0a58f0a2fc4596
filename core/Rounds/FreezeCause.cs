namespace MqttPay.Rounds;

/// <summary>Why an edge approves nothing. Numbers are journalled and never move.</summary>
public enum FreezeCause
{
    None = 0,
    /// <summary>A device holds a receipt from this edge's future: it was restored from a backup.</summary>
    Rollback = 1,
    /// <summary>A device holds a receipt of another history.</summary>
    Fork = 2,
    /// <summary>A device holds a receipt of a newer fence: another box took over.</summary>
    Replaced = 3,
    /// <summary>Elapsed time is not bounded after a reboot.</summary>
    Clock = 4,
    /// <summary>The journal is damaged or shorter than what is proved.</summary>
    Journal = 5,
}
