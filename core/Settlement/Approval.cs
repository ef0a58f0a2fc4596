using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>A genuine decided request of a known device, with what was found about it so far.</summary>
internal sealed record Approval(
    JournalItem.Decided Item, PaymentRequest Request, DeviceStanding Device, LedgerName Name, Findings Findings)
{
    /// <summary>One sentence for whoever works on the break.</summary>
    public string Note { get; set; } = "";

    public Decision Decision => Item.Decision;

    public bool Permitted => (Device.OperationMask & (1 << (int)Request.Operation)) != 0;

    /// <summary>Under an epoch that is over, what was known of the key then counts.</summary>
    public bool OldEpoch => Request.Epoch < Device.Epoch;

    public long? RevokedUnix => OldEpoch ? Device.FormerRevokedUnix : Device.RevokedUnix;

    public uint? DeniedIn => OldEpoch ? Device.FormerDeniedIn : Device.DeniedIn;

    public void Find(Category category, string note)
    {
        Findings.Add(category);
        Note = Note.Length == 0 ? note : $"{Note} {note}";
    }

    public PaymentRow Row(
        long payer, long source, long target, long paidMinor, long? heldMinor, LedgerName? reference) =>
        new(Name, PaymentId.Of(Request.Name), payer, source, target, paidMinor, heldMinor, Request.Operation, reference,
            Item.Position, Item.Round, Item.Unix, Item.Message, Item.DecisionBytes, Findings.First);
}
