Console.Error.WriteLine("MqttPay.EdgeAgent: no verbs yet.");
return 2;
